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
import type { TagMove } from './publish-progress.ts'

interface RetagRequest extends TagWishes {
  readonly releaseLine: ReleaseLine
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
}

interface RetagPorts {
  readonly repository: Repository
  readonly log: Log
}

/** Moves the floating tags and the bookmark to the line's highest release; pushes nothing. */
export async function retagRelease(request: RetagRequest, ports: RetagPorts): Promise<Published> {
  const { releaseLine, run, tagAsLatest } = request
  const floating = planFloatingTags(request)
  const details = await ports.repository.describe()
  const tags = await listTags(ports.repository)
  const release = currentRelease(releaseLine, tags)
  if (details === undefined || release === undefined) {
    throw new Error(`${formatReleaseLine(releaseLine)} has no release whose tags could be moved. Run the check again.`)
  }
  refuseFrozenTags({ floating, tagAsLatest }, details.tagSettings)
  tellLatest(request, floating, release, tags, ports.log)
  // Asked before the tags move: behind the bookmark nothing may fail that does not have to.
  const origin = await readStoredOrigin(releaseLine, release.digest, ports.repository)
  const finished = await finishPublish({ releaseLine, floating, release, tags, foreignLatest: 'leave' }, details, ports)
  const isOwn = origin?.run === run
  return {
    ...finished,
    repositoryCreated: false,
    isNews: isOwn || finishesPublish(releaseLine, origin, finished.moves),
  }
}

/** The check may have asked for `latest` to be repaired where this step does not move it; that is no fault, and said. */
function tellLatest(
  { releaseLine }: RetagRequest,
  floating: readonly string[],
  { digest }: Release,
  tags: ReadonlyMap<string, Digest>,
  log: Log,
): void {
  const latest = tags.get('latest')
  if (floating.includes('latest') || latest === undefined || latest === digest) return
  const older = [...tags].find(([tag, to]) => to === latest && versionOf(releaseLine, tag) !== undefined)?.[0]
  if (older !== undefined) log.info(`latest stays on ${older}: the input "tagAsLatest" is false`)
}

/** A line without a bookmark whose release carries no record was never published by us: then there was nothing to finish. */
function finishesPublish(releaseLine: ReleaseLine, origin: Origin | undefined, moves: readonly TagMove[]): boolean {
  const bookmark = moves.find(({ tag }) => tag === bookmarkTag(releaseLine))
  return bookmark?.outcome === 'moved' && (bookmark.before !== undefined || origin !== undefined)
}
