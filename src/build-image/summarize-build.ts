import type { BuildPlan } from '../model/build-record.ts'
import { formatBytes } from '../model/format-bytes.ts'
import { dotnetVersion } from '../model/image-config.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import { shorten } from '../dockerfile-build/builder.ts'
import type { PlatformImage } from './build-platform-image.ts'

/** A build as Markdown for the run's page. */
export function summarizeBuild({ image, base, steps }: PlatformImage, record: BuildPlan): string {
  const added = base && image.layers.length - base.layers.length
  const version = dotnetVersion(image)
  const rows = [
    [
      'Image',
      record.releaseLine === undefined
        ? code(image.id)
        : `${code(formatReleaseLine(record.releaseLine))} ${code(image.id)}`,
    ],
    [
      'Size',
      formatBytes(image.size) + (base ? `, ${formatBytes(Math.max(0, image.size - base.size))} above its base` : ''),
    ],
    [
      'Layers',
      added === undefined
        ? String(image.layers.length)
        : `${String(image.layers.length)}, ${String(added)} above its base`,
    ],
    ['Platform', formatPlatform(image.platform)],
    ['User', image.user === '' ? 'none, and so root' : code(image.user)],
    ['Ports', image.ports.length === 0 ? 'none' : image.ports.map(code).join(', ')],
    ['Base', `${code(formatReference(record.base.reference))} ${code(record.base.digest)}`],
    ...(version === undefined ? [] : [['.NET', version]]),
  ]
  const timed = steps.map((step) => [step.cached ? 'cached' : `${step.seconds.toFixed(1)} s`, code(shorten(step.name))])
  return [
    `### Build of ${imageTitle(record)}`,
    table('| | |\n|---|---|', rows),
    table('| Time | Step |\n|---:|---|', timed),
  ]
    .map((part) => `${part}\n`)
    .join('\n')
}

/** The image that a plan is of, as people know it: `platform/aspnet:10.0-noble`. */
export function imageTitle({ releaseLine, base }: BuildPlan): string {
  return releaseLine === undefined ? `an image on ${formatReference(base.reference)}` : formatReleaseLine(releaseLine)
}

function table(head: string, rows: readonly (readonly string[])[]): string {
  return [head, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')
}

/** Text that comes from a Dockerfile must neither end the cell nor become Markdown. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``
}
