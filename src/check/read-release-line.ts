import { readOrigin, unbelievableLabels } from '../model/build-record.ts'
import { type ImageConfig, UnreadableImageError } from '../model/image-config.ts'
import { currentRelease, type Release, type ReleaseLine } from '../model/release-line.ts'
import { CheckError } from './check-error.ts'
import type { ReleaseFacts } from './judge.ts'
import { locateTags } from './locate-tags.ts'
import type { Releases } from './releases.ts'

/** What the repository tells about a release line. */
export interface ReleaseLineState {
  /** Undefined where the repository could not be looked at. */
  readonly repositoryExists: boolean | undefined
  readonly current?: Release
  /** Of the highest release. */
  readonly config?: ImageConfig
  readonly release?: ReleaseFacts
}

/** Finds the highest release of a line and what its image says of itself; throws CheckError. */
export async function readReleaseLine(releaseLine: ReleaseLine, releases: Releases): Promise<ReleaseLineState> {
  const listing = await releases.list()
  const current = listing && currentRelease(releaseLine, listing.tags)
  if (listing === undefined || current === undefined) return { repositoryExists: listing !== undefined }

  const config = await readConfig(current, releases)
  const origin = config && readOrigin(config, releaseLine)
  const pushedAt = listing.pushedAt.get(current.digest)
  if (pushedAt === undefined) throw new CheckError({ what: 'no-push-date', tag: current.tag })
  const unbelievable = unbelievableLabels(config?.labels ?? {}, releaseLine)
  const release = {
    ...(origin && { origin }),
    ...(unbelievable.length > 0 && { unbelievable }),
    pushedAt,
    ...locateTags(releaseLine, current, listing.tags),
  }
  return { repositoryExists: true, current, ...(config && { config }), release }
}

/** Undefined where what is stored under the tag is no image; then the policy for unknown origins decides. */
async function readConfig({ digest }: Release, releases: Releases): Promise<ImageConfig | undefined> {
  try {
    return await releases.readConfig(digest)
  } catch (error) {
    if (error instanceof UnreadableImageError) return undefined
    throw error
  }
}
