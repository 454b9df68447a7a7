import type { BuildPlan } from '../model/build-record.ts'
import { formatBytes } from '../model/format-bytes.ts'
import { dotnetVersion } from '../model/image-config.ts'
import { code, heading, inline, type Markdown, page, table, text } from '../model/markdown.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import { shorten } from '../dockerfile-build/builder.ts'
import type { PlatformImage } from './build-platform-image.ts'

/** A build as Markdown for the run's page. */
export function summarizeBuild({ image, base, steps }: PlatformImage, record: BuildPlan): Markdown {
  const { releaseLine } = record
  const aboveBase = base && {
    size: `, ${formatBytes(Math.max(0, image.size - base.size))} above its base`,
    layers: `, ${String(image.layers.length - base.layers.length)} above its base`,
  }
  const version = dotnetVersion(image)
  const rows = [
    [
      text('Image'),
      inline([...(releaseLine === undefined ? [] : [code(formatReleaseLine(releaseLine))]), code(image.id)]),
    ],
    [text('Size'), text(`${formatBytes(image.size)}${aboveBase?.size ?? ''}`)],
    [text('Layers'), text(`${String(image.layers.length)}${aboveBase?.layers ?? ''}`)],
    [text('Platform'), text(formatPlatform(image.platform))],
    [text('User'), image.user === '' ? text('none, and so root') : code(image.user)],
    [text('Ports'), image.ports.length === 0 ? text('none') : inline(image.ports.map(code), ', ')],
    [text('Base'), inline([code(formatReference(record.base.reference)), code(record.base.digest)])],
    ...(version === undefined ? [] : [[text('.NET'), text(version)]]),
  ]
  const timed = steps.map((step) => [
    text(step.cached ? 'cached' : `${step.seconds.toFixed(1)} s`),
    code(shorten(step.name)),
  ])
  return page([
    heading(3, text(`Build of ${imageTitle(record)}`)),
    table(['', ''], rows),
    table([{ number: 'Time' }, 'Step'], timed),
  ])
}

/** The image that a plan is of, as people know it: `platform/aspnet:10.0-noble`. */
export function imageTitle({ releaseLine, base }: BuildPlan): string {
  return releaseLine === undefined ? `an image on ${formatReference(base.reference)}` : formatReleaseLine(releaseLine)
}
