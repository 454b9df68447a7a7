import type { Origin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import type { Log } from '../model/log.ts'
import {
  bookmarkTag,
  currentRelease,
  formatReleaseLine,
  type Release,
  type ReleaseLine,
  versionOf,
} from '../model/release-line.ts'
import { finishPublish, type Published } from './finish-publish.ts'
import { planFloatingTags, refuseFrozenTags, type TagWishes } from './plan-tags.ts'
import { listTags, readStoredOrigin } from './read-repository.ts'
import type { Repository } from './repository.ts'
import type { TagMove } from './standing.ts'

interface RetagRequest extends TagWishes {
  readonly line: ReleaseLine
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
}

interface Outside {
  readonly repository: Repository
  readonly log: Log
}

/** Moves the floating tags and the bookmark to the line's highest release; pushes nothing. */
export async function retagRelease(request: RetagRequest, outside: Outside): Promise<Published> {
  const { line, run, tagAsLatest } = request
  const floating = planFloatingTags(request)
  const details = await outside.repository.describe()
  const tags = await listTags(outside.repository)
  const release = currentRelease(line, tags)
  if (details === undefined || release === undefined) {
    throw new Error(`${formatReleaseLine(line)} has no release whose tags could be moved. Run the check again.`)
  }
  refuseFrozenTags({ floating, tagAsLatest }, details.tagSettings)
  tellLatest(request, floating, release, tags, outside.log)
  // Asked before the tags move: behind the bookmark nothing may fail that does not have to.
  const origin = await readStoredOrigin(line, release.digest, outside.repository)
  const finished = await finishPublish({ line, floating, release, tags, foreignLatest: 'leave' }, details, outside)
  const isOwn = origin?.run === run
  return { ...finished, repositoryCreated: false, isNews: isOwn || finishesPublish(line, origin, finished.moves) }
}

/** The check may have asked for `latest` to be repaired where this step does not move it; that is no fault, and said. */
function tellLatest(
  { line }: RetagRequest,
  floating: readonly string[],
  { digest }: Release,
  tags: ReadonlyMap<string, Digest>,
  log: Log,
): void {
  const latest = tags.get('latest')
  if (floating.includes('latest') || latest === undefined || latest === digest) return
  const older = [...tags].find(([tag, to]) => to === latest && versionOf(line, tag) !== undefined)?.[0]
  if (older !== undefined) log.info(`latest stays on ${older}: the input "tagAsLatest" is false`)
}

/** A line without a bookmark whose release carries no record was never published by us: then there was nothing to finish. */
function finishesPublish(line: ReleaseLine, origin: Origin | undefined, moves: readonly TagMove[]): boolean {
  const bookmark = moves.find(({ tag }) => tag === bookmarkTag(line))
  return bookmark?.outcome === 'moved' && (bookmark.before !== undefined || origin !== undefined)
}
