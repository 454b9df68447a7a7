import { readOrigin } from '../model/build-record.ts'
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
import type { TagMove } from './move-tags.ts'
import { planFloatingTags, type TagWishes } from './plan-tags.ts'
import type { Repository } from './repository.ts'

interface RetagRequest extends TagWishes {
  readonly line: ReleaseLine
}

interface Outside {
  readonly repository: Repository
  readonly log: Log
}

/** Moves the floating tags and the bookmark to the line's highest release; pushes nothing. */
export async function retagRelease(request: RetagRequest, outside: Outside): Promise<Published> {
  const { line } = request
  const floating = planFloatingTags(request)
  const details = await outside.repository.describe()
  const tags = (await outside.repository.tags()) ?? new Map<string, Digest>()
  const release = currentRelease(line, tags)
  if (details === undefined || release === undefined) {
    throw new Error(`${formatReleaseLine(line)} has no release whose tags could be moved. Run the check again.`)
  }
  tellLatest(request, floating, release, tags, outside.log)
  const finished = await finishPublish({ line, floating, release, tags, foreignLatest: 'leave' }, details, outside)
  const isNews = await finishesPublish(line, release, finished.moves, outside.repository)
  return { ...finished, repositoryCreated: false, isNews }
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
async function finishesPublish(
  line: ReleaseLine,
  { digest }: Release,
  moves: readonly TagMove[],
  repository: Repository,
): Promise<boolean> {
  const bookmark = moves.find(({ tag }) => tag === bookmarkTag(line))
  if (bookmark?.outcome !== 'moved') return false
  if (bookmark.before !== undefined) return true
  return readOrigin((await repository.readConfig(digest)).labels, line) !== undefined
}
