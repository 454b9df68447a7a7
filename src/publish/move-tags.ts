import type { Digest } from '../model/digest.ts'
import { bookmarkTag, currentRelease, isHigher, type Release, type ReleaseLine } from '../model/release-line.ts'
import { releaseUnder } from '../model/release-under.ts'
import { keepsTag, type TagSettings } from '../model/tag-settings.ts'
import { howToFree } from './advise-settings.ts'
import { PublishError, withPublishProgress } from './publish-error.ts'
import { listTags } from './read-repository.ts'
import { ImmutableTagError, type Repository } from './repository.ts'
import type { TagMove } from './publish-progress.ts'
import type { TagPorts } from './ports.ts'

export interface TagsToMove {
  readonly releaseLine: ReleaseLine
  readonly floating: readonly string[]
  readonly release: Release
  /** Where every tag of the repository stands. */
  readonly tags: ReadonlyMap<string, Digest>
  readonly tagSettings: TagSettings
  /** What happens to `latest` where it stands on a release of another line. */
  readonly foreignLatest: 'take' | 'leave'
}

/**
 * Moves the floating tags one after the other, and the bookmark last of all. A tag that its settings freeze is reported
 * when all others were tried; then the bookmark stays, so that a later run still finds the publish unfinished. A frozen
 * bookmark is only a warning: nobody pulls by it.
 */
export async function moveTags(request: TagsToMove, ports: TagPorts): Promise<TagMove[]> {
  const { releaseLine, floating, release, tagSettings } = request
  const bookmark = bookmarkTag(releaseLine)
  const isBookmarkFrozen = keepsTag(tagSettings, bookmark)
  const moves: TagMove[] = []
  for (const tag of floating) moves.push(await moveOne(tag, { request, done: moves }, ports))

  const frozen = moves.filter(({ outcome }) => outcome === 'frozen').map(({ tag }) => tag)
  if (frozen.length > 0) {
    const toFree = isBookmarkFrozen ? [...frozen, bookmark] : frozen
    const progress = { tag: release.tag, moves }
    throw new PublishError({ what: 'frozen-tags', frozen, toFree, how: howToFree(toFree, tagSettings), progress })
  }
  const last = isBookmarkFrozen
    ? aMove(bookmark, request, 'frozen')
    : await moveOne(bookmark, { request, done: moves }, ports)
  if (last.outcome === 'frozen') {
    ports.log.warning(
      `${bookmark} cannot move, so an interrupted publish of this release line will go unseen. To free it, ${howToFree([bookmark], tagSettings)}.`,
    )
  }
  return [...moves, last]
}

/**
 * After the bookmark: a higher release that came meanwhile gets the tags. Gives the release that has them in the end.
 * @param moves what became of the tags of the release so far
 */
export async function followNewerRelease(
  request: TagsToMove,
  moves: readonly TagMove[],
  ports: TagPorts,
): Promise<Release> {
  const { releaseLine, release } = request
  const tags = await withPublishProgress({ tag: release.tag, moves }, () => listTags(ports.repository))
  const highest = currentRelease(releaseLine, tags)
  if (highest === undefined || !hasMovedOn(release, highest)) {
    requireTags(release, moves, tags)
    return release
  }
  ports.log.info(`${highest.tag} was published meanwhile; the floating tags follow it`)
  const next = { ...request, release: highest, tags }
  return followNewerRelease(next, await moveTags(next, ports), ports)
}

/** Nothing was done for a tag that was said to be on the release already, so the list decides whether it is. */
function requireTags(release: Release, moves: readonly TagMove[], tags: ReadonlyMap<string, Digest>): void {
  const elsewhere = moves.filter(({ tag, outcome }) => outcome === 'unchanged' && tags.get(tag) !== release.digest)
  if (elsewhere.length === 0) return
  const names = elsewhere.map(({ tag }) => tag)
  const progress = { tag: release.tag, moves: moves.filter(({ tag }) => !names.includes(tag)) }
  throw new PublishError({ what: 'tags-elsewhere', tags: names, progress })
}

/** A version below ours is no news, whatever became of ours; our own version is, where somebody has overwritten it. */
function hasMovedOn(release: Release, highest: Release): boolean {
  if (highest.tag === release.tag) return highest.digest !== release.digest
  return isHigher(highest.version, release.version)
}

async function moveOne(tag: string, { request, done }: Moving, { repository, log }: TagPorts): Promise<TagMove> {
  const { releaseLine, release, tags, foreignLatest } = request
  const under = tag === 'latest' ? releaseUnder(tag, releaseLine, tags) : undefined
  const foreign = under?.isOfThisLine === false ? under.tag : undefined
  if (foreign !== undefined && foreignLatest === 'leave') {
    log.info(`${tag} stays on ${foreign}, a release of another release line`)
    return aMove(tag, request, 'left')
  }
  const progress = { tag: release.tag, moves: done }
  const outcome = await withPublishProgress(progress, () => point(tag, release.digest, repository))
  if (outcome === 'frozen') return aMove(tag, request, outcome)
  log.info(`${tag}  ${outcome === 'moved' ? '->' : 'already on'} ${release.tag}`)
  if (foreign !== undefined) {
    log.warning(
      `${tag} left ${foreign} for ${release.tag}: two release lines of the repository move it. Set the input "tagAsLatest" to false in one of them.`,
    )
  }
  return aMove(tag, request, outcome)
}

/** The tags of a release, and what became of those before. */
interface Moving {
  readonly request: TagsToMove
  readonly done: readonly TagMove[]
}

async function point(tag: string, digest: Digest, repository: Repository): Promise<'moved' | 'unchanged' | 'frozen'> {
  try {
    return await repository.pointTag(tag, digest)
  } catch (error) {
    if (error instanceof ImmutableTagError) return 'frozen'
    throw error
  }
}

function aMove(tag: string, { tags }: TagsToMove, outcome: TagMove['outcome']): TagMove {
  const before = tags.get(tag)
  return { tag, ...(before !== undefined && { before }), outcome }
}
