import { recordedReleaseLine } from '../model/build-record.ts'
import { invalidInput } from '../model/invalid-input.ts'
import type { LocalImage } from '../model/local-image.ts'
import { isLocalName } from '../ownership/local-name.ts'
import type { Log } from '../model/log.ts'
import { bookmarkTag, formatReleaseLine, type ReleaseLine, type Version } from '../model/release-line.ts'
import { type EnsuredVersion, ensureVersion } from './ensure-version.ts'
import { finishPublish, type Published } from './finish-publish.ts'
import type { ImageStore } from './image-store.ts'
import { type CreationWishes, ensureRepository } from './ensure-repository.ts'
import { planFloatingTags, type TagWishes } from './plan-tags.ts'
import { withPublishProgress } from './publish-error.ts'
import type { TagMove } from './publish-progress.ts'
import type { PublishPorts } from './ports.ts'

export interface PublishRequest extends TagWishes, CreationWishes {
  readonly releaseLine: ReleaseLine
  /** Local name of the image. */
  readonly image: string
  /** File to load it from where the engine does not have it. */
  readonly imageArchive?: string
  readonly version: Version
}

/**
 * Pushes an image under its version tag, then moves the floating tags, the bookmark last. Safe to run again at any
 * point: what an earlier attempt of the same run published is finished, and a line that moved since the check is left
 * as it is, with an error that names both releases.
 */
export async function publishImage(request: PublishRequest, ports: PublishPorts): Promise<Published> {
  const { releaseLine, version } = request
  const floating = planFloatingTags(request)
  const image = await findImage(request, ports)

  const opened = await ensureRepository({ ...request, floating }, ports)
  const wanted = { releaseLine, version, name: request.image, image, repositoryUri: opened.details.uri }
  const ensured = await ensureVersion(wanted, ports)
  const { release, tags } = ensured
  const { details } =
    opened.creation === 'by-push'
      ? await withPublishProgress({ tag: release.tag, moves: [] }, () =>
          ensureRepository({ ...request, floating }, ports),
        )
      : opened
  const finished = await finishPublish({ releaseLine, floating, release, tags, foreignLatest: 'take' }, details, ports)
  return {
    ...finished,
    repositoryCreated: opened.creation !== 'none',
    isNews: isNews(releaseLine, ensured, finished.moves),
  }
}

async function findImage(request: PublishRequest, { store, log }: PublishPorts): Promise<LocalImage> {
  const { image: name, releaseLine } = request
  const image = (await store.inspect(name)) ?? (await loadImage(request, store, log))
  const madeFor = recordedReleaseLine(image.labels)
  if (isLocalName(name) && madeFor !== undefined && madeFor !== formatReleaseLine(releaseLine)) {
    const reason = `was built for ${madeFor}, not for ${formatReleaseLine(releaseLine)}`
    throw invalidInput('image', reason, 'Check "repositoryName" and "tagPrefix"')
  }
  return image
}

async function loadImage(
  { image: name, imageArchive }: PublishRequest,
  store: ImageStore,
  log: Log,
): Promise<LocalImage> {
  if (imageArchive === undefined) {
    throw invalidInput(
      'image',
      `is "${name}", which is not in this agent's engine`,
      'Build and publish in one job, or hand the image over by "imageArchive"',
    )
  }
  const loaded = await store.load(imageArchive, name)
  log.info(`Loaded ${loaded.length === 0 ? 'nothing with a name' : loaded.join(', ')} from ${imageArchive}`)
  const image = await store.inspect(name)
  if (image !== undefined) return image
  const found = loaded.length === 0 ? 'no image with a name' : `${loaded.join(', ')}, but not ${name}`
  throw invalidInput(
    'imageArchive',
    `names ${imageArchive}, which holds ${found}`,
    'Give the archive that BuildTest wrote with that image',
  )
}

/**
 * Of two publishers that meet on one release, the one that moved the bookmark tells people. Where the bookmark tells
 * nothing, because it is frozen or stood there before, it is the one that pushed; and a repeated run always does, since
 * its first attempt may have ended before it could.
 */
function isNews(releaseLine: ReleaseLine, { by, release, tags }: EnsuredVersion, moves: readonly TagMove[]): boolean {
  const bookmark = moves.at(-1)?.outcome
  switch (by) {
    case 'an earlier attempt':
      return true
    case 'this attempt':
      return bookmark !== 'unchanged' || tags.get(bookmarkTag(releaseLine)) === release.digest
    case 'another run':
      return bookmark === 'moved'
  }
}
