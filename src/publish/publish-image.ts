import { bookmarkTag, type ReleaseLine, type Version } from '../model/release-line.ts'
import { type CreationWishes, ensureRepository } from './ensure-repository.ts'
import { ensureVersion } from './ensure-version.ts'
import { findImage, type ImageWish } from './find-image.ts'
import { finishPublish, type Published } from './finish-publish.ts'
import type { EnsuredVersion } from './look-up-version.ts'
import { planFloatingTags, type TagWishes } from './plan-tags.ts'
import type { PublishPorts } from './ports.ts'
import { withPublishProgress } from './publish-error.ts'
import type { TagMove } from './publish-progress.ts'

export interface PublishRequest extends TagWishes, CreationWishes, ImageWish {
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
