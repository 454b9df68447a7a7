import type { Log } from '../model/log.ts'
import type { Release } from '../model/release-line.ts'
import { followNewerRelease, moveTags, type TagsToMove } from './move-tags.ts'
import { PublishError, withPublishProgress } from './publish-error.ts'
import type { Repository, RepositoryDetails } from './repository.ts'
import type { TagMove } from './publish-progress.ts'

/** What is in the repository now. */
export interface Published {
  readonly repository: RepositoryDetails
  readonly repositoryCreated: boolean
  readonly release: Release
  /** What became of the floating tags and, last, of the bookmark, in the order in which they were tried. */
  readonly moves: readonly TagMove[]
  readonly createdAt: Date
  /** Bytes, compressed. */
  readonly size: number
  /** Whether people should hear of it: a release was made or finished, not only `latest` repaired. */
  readonly isNews: boolean
}

/** Moves the tags to a release that is published, and follows the line where it has moved on meanwhile. */
export async function finishPublish(
  tagsToMove: Omit<TagsToMove, 'tagSettings'>,
  details: RepositoryDetails,
  ports: { readonly repository: Repository; readonly log: Log },
): Promise<Omit<Published, 'repositoryCreated' | 'isNews'>> {
  const { release } = tagsToMove
  const request = { ...tagsToMove, tagSettings: details.tagSettings }
  // Asked before the tags move: behind the bookmark nothing may fail that does not have to.
  const { pushedAt, size } = await withPublishProgress({ tag: release.tag, moves: [] }, () =>
    ports.repository.describeImage(release.digest),
  )
  const moves = await moveTags(request, ports)
  const last = await followNewerRelease(request, moves, ports)
  if (last.tag === release.tag && last.digest !== release.digest) {
    throw new PublishError({ what: 'overwritten', release: last, pushed: release.digest, after: 'tags' })
  }
  return {
    repository: details,
    release,
    moves: last.digest === release.digest ? moves : moves.map((move) => ({ ...move, outcome: 'passed-on' })),
    createdAt: pushedAt,
    size,
  }
}
