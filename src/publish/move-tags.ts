import type { Digest } from '../model/digest.ts'
import type { Log } from '../model/log.ts'
import {
  bookmarkTag,
  currentRelease,
  isHigher,
  looksLikeVersion,
  type Release,
  type ReleaseLine,
  versionOf,
} from '../model/release-line.ts'
import { keepsTag, type TagSettings } from '../model/tag-settings.ts'
import { howToFree } from './advise-settings.ts'
import { listTags } from './read-repository.ts'
import { ImmutableTagError, type Repository } from './repository.ts'
import { type TagMove, describeProgress, withPublishProgress } from './publish-progress.ts'

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

interface TagPorts {
  readonly repository: Repository
  readonly log: Log
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
  for (const tag of floating) moves.push(await moveOne(tag, moves, request, ports))

  const frozen = moves.filter(({ outcome }) => outcome === 'frozen').map(({ tag }) => tag)
  if (frozen.length > 0) {
    const names = frozen.join(', ')
    const toFree = isBookmarkFrozen ? [...frozen, bookmark] : frozen
    throw new Error(
      `${release.tag} is published, but ${names} cannot move, by the repository's settings. To free ${toFree.join(', ')}, ${howToFree(toFree, tagSettings)}; or leave ${names} out of the inputs. ${describeProgress({ tag: release.tag, moves })}.`,
    )
  }
  const last = isBookmarkFrozen ? aMove(bookmark, request, 'frozen') : await moveOne(bookmark, moves, request, ports)
  if (last.outcome === 'frozen') {
    ports.log.warning(
      `${bookmark} cannot move, so an interrupted publish of this line will go unseen. To free it, ${howToFree([bookmark], tagSettings)}.`,
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
  if (highest === undefined || !hasMovedOn(release, highest)) return release
  ports.log.info(`${highest.tag} was published meanwhile; the floating tags follow it`)
  const next = { ...request, release: highest, tags }
  return followNewerRelease(next, await moveTags(next, ports), ports)
}

/** A version below ours is no news, whatever became of ours; our own version is, where somebody has overwritten it. */
function hasMovedOn(release: Release, highest: Release): boolean {
  if (highest.tag === release.tag) return highest.digest !== release.digest
  return isHigher(highest.version, release.version)
}

async function moveOne(
  tag: string,
  done: readonly TagMove[],
  request: TagsToMove,
  { repository, log }: TagPorts,
): Promise<TagMove> {
  const { release, foreignLatest } = request
  const foreign = tag === 'latest' ? foreignRelease(tag, request) : undefined
  if (foreign !== undefined && foreignLatest === 'leave') {
    log.info(`${tag} stays on ${foreign}, a release of another line`)
    return aMove(tag, request, 'left')
  }
  const outcome = await withPublishProgress({ tag: release.tag, moves: done }, () =>
    point(tag, release.digest, repository),
  )
  if (outcome === 'frozen') return aMove(tag, request, outcome)
  log.info(`${tag}  ${outcome === 'moved' ? '->' : 'already on'} ${release.tag}`)
  if (foreign !== undefined) {
    log.warning(
      `${tag} left ${foreign} for ${release.tag}: two lines of the repository move it. Set the input "tagAsLatest" to false in one of them.`,
    )
  }
  return aMove(tag, request, outcome)
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

/** The version of another line on which a tag stands, where none of this line stands there. */
function foreignRelease(tag: string, { releaseLine, tags }: TagsToMove): string | undefined {
  const digest = tags.get(tag)
  const versions = [...tags].filter(([name, to]) => to === digest && looksLikeVersion(name)).map(([name]) => name)
  return versions.some((name) => versionOf(releaseLine, name) !== undefined) ? undefined : versions[0]
}
