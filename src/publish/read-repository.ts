import { type Origin, readOrigin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import { UnreadableImageError } from '../model/image-config.ts'
import { currentRelease, type ReleaseLine } from '../model/release-line.ts'
import type { KnownRelease } from './compare-with-current-release.ts'
import type { ReadableRepository } from './repository.ts'

/** Every tag and the digest it stands on; none where the repository does not exist. */
export async function listTags(repository: ReadableRepository): Promise<ReadonlyMap<string, Digest>> {
  return (await repository.tags()) ?? new Map<string, Digest>()
}

/** Where an image of the repository comes from; undefined where it carries no record of the line, or is no image. */
export async function readStoredOrigin(
  releaseLine: ReleaseLine,
  digest: Digest,
  repository: ReadableRepository,
): Promise<Origin | undefined> {
  try {
    return readOrigin(await repository.readConfig(digest), releaseLine)
  } catch (error) {
    if (error instanceof UnreadableImageError) return undefined
    throw error
  }
}

/** The line's highest release; undefined where it has none. */
export async function readCurrent(
  releaseLine: ReleaseLine,
  tags: ReadonlyMap<string, Digest>,
  repository: ReadableRepository,
): Promise<KnownRelease | undefined> {
  const release = currentRelease(releaseLine, tags)
  return release && { release, origin: await readStoredOrigin(releaseLine, release.digest, repository) }
}
