import type { Origin } from '../model/build-record.ts'
import type { Log } from '../model/log.ts'
import { bookmarkTag, currentRelease, type ReleaseLine } from '../model/release-line.ts'
import { releaseUnder } from '../model/release-under.ts'
import { finishPublish, type Published } from './finish-publish.ts'
import type { TagsToMove } from './move-tags.ts'
import { planFloatingTags, refuseFrozenTags, type TagWishes } from './plan-tags.ts'
import { PublishError } from './publish-error.ts'
import { listTags, readStoredOrigin } from './read-repository.ts'
import type { TagMove } from './publish-progress.ts'
import type { TagPorts } from './ports.ts'

interface RetagRequest extends TagWishes {
  readonly releaseLine: ReleaseLine
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
}

/** Moves the floating tags and the bookmark to the line's highest release; pushes nothing. */
export async function retagRelease(request: RetagRequest, ports: TagPorts): Promise<Published> {
  const { releaseLine, run, tagAsLatest } = request
  const floating = planFloatingTags(request)
  const details = await ports.repository.describe()
  const tags = await listTags(ports.repository)
  const release = currentRelease(releaseLine, tags)
  if (details === undefined || release === undefined) {
    throw new PublishError({ what: 'no-release', releaseLine })
  }
  refuseFrozenTags({ floating, tagAsLatest }, details.tagSettings)
  const tagsToMove = { releaseLine, floating, release, tags }
  tellLatest(tagsToMove, ports.log)
  // Asked before the tags move: behind the bookmark nothing may fail that does not have to.
  const origin = await readStoredOrigin(releaseLine, release.digest, ports.repository)
  const finished = await finishPublish({ ...tagsToMove, foreignLatest: 'leave' }, details, ports)
  const isOwn = origin?.run === run
  return {
    ...finished,
    repositoryCreated: false,
    isNews: isOwn || finishesPublish(releaseLine, origin, finished.moves),
  }
}

/** The check may have asked for `latest` to be repaired where this step does not move it; that is no fault, and said. */
function tellLatest(
  { floating, release, tags, releaseLine }: Omit<TagsToMove, 'tagSettings' | 'foreignLatest'>,
  log: Log,
): void {
  if (floating.includes('latest') || tags.get('latest') === release.digest) return
  const under = releaseUnder('latest', releaseLine, tags)
  if (under?.isOfThisLine) log.info(`latest stays on ${under.tag}: the input "tagAsLatest" is false`)
}

/** A line without a bookmark whose release carries no record was never published by us: then there was nothing to finish. */
function finishesPublish(releaseLine: ReleaseLine, origin: Origin | undefined, moves: readonly TagMove[]): boolean {
  const bookmark = moves.find(({ tag }) => tag === bookmarkTag(releaseLine))
  return bookmark?.outcome === 'moved' && (bookmark.before !== undefined || origin !== undefined)
}
