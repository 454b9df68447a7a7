import { type Digest, shortDigest } from '../model/digest.ts'
import type { Log } from '../model/log.ts'
import {
  bookmarkTag,
  currentRelease,
  firstVersion,
  type ReleaseLine,
  type Version,
  versionTag,
} from '../model/release-line.ts'
import { releaseUnder } from '../model/release-under.ts'
import { keepsTag, type TagSettings } from '../model/tag-settings.ts'
import { howToFree, howToProtect, versionPattern } from './advise-settings.ts'
import { settingsOf } from './ensure-repository.ts'
import { findImage } from './find-image.ts'
import type { ImageStore } from './image-store.ts'
import { lookUpVersion } from './look-up-version.ts'
import { planFloatingTags, refuseFrozenTags } from './plan-tags.ts'
import { PublishError } from './publish-error.ts'
import type { PublishRequest } from './publish-image.ts'
import { listTags } from './read-repository.ts'
import type { ReadableRepository, RepositoryDetails } from './repository.ts'

/** A publish that is only to be found out about. */
export interface RehearsalRequest extends Omit<PublishRequest, 'version'> {
  /** Undefined where the check could not look at the release line. */
  readonly version: Version | undefined
}

/** What is asked of the outside; nothing of it can change the repository. */
export interface RehearsalPorts {
  readonly repository: ReadableRepository
  readonly store: Pick<ImageStore, 'inspect' | 'load'>
  readonly log: Log
}

/** What a publish would do, as far as reading tells. */
export interface Rehearsal {
  readonly releaseLine: ReleaseLine
  /** Undefined where it would be created. */
  readonly repository: RepositoryDetails | undefined
  /** Local name of the image. */
  readonly image: string
  /** The tag that would be pushed; undefined where the next version is not known. */
  readonly versionTag: string | undefined
  /** Whether an earlier publish has put it there. */
  readonly isThere: boolean
  /** In the order in which the tags would move; the bookmark is last. */
  readonly moves: readonly PlannedMove[]
}

export interface PlannedMove {
  readonly tag: string
  /** A release, `10.0-noble-1.4.0`, or a digest; undefined for a new tag. */
  readonly from?: string
  readonly to: string
  readonly outcome: 'moves' | 'unchanged' | 'frozen'
}

/**
 * Finds out what a publish would push and move, and which settings are in its way; writes nothing. Ends as the publish
 * would, as far as reading tells: where that would fail, the error is the same.
 */
export async function rehearsePublish(request: RehearsalRequest, ports: RehearsalPorts): Promise<Rehearsal> {
  const { releaseLine, createRepository, version } = request
  const floating = planFloatingTags(request)
  const image = await findImage(request, ports)
  const repository = await ports.repository.describe()
  if (repository === undefined && !createRepository) {
    throw new PublishError({ what: 'no-repository', repositoryName: releaseLine.repositoryName })
  }
  const settings = repository?.tagSettings ?? settingsOf({ ...request, version: version ?? firstVersion })
  refuseFrozenTags({ ...request, floating }, settings)

  const wanted = { releaseLine, name: request.image, image }
  const { tags, published } =
    version === undefined
      ? { tags: await listTags(ports.repository), published: undefined }
      : await lookUpVersion({ ...wanted, version }, ports)
  const tag = published?.release.tag ?? (version && versionTag(releaseLine, version))
  const target = { to: tag ?? 'the next version', digest: published?.release.digest }
  const moves = [...floating, bookmarkTag(releaseLine)].map((name) =>
    planMove(name, target, { releaseLine, tags, settings }),
  )
  const rehearsal = { releaseLine, repository, image: request.image, versionTag: tag, isThere: published !== undefined }
  const next = version ?? currentRelease(releaseLine, tags)?.version ?? firstVersion
  tellSettings({ ...rehearsal, moves }, { tags, settings, next }, ports.log)
  return { ...rehearsal, moves }
}

interface TagsOfLine {
  readonly releaseLine: ReleaseLine
  /** Where every tag of the repository stands. */
  readonly tags: ReadonlyMap<string, Digest>
  readonly settings: TagSettings
}

function planMove(
  tag: string,
  { to, digest }: { readonly to: string; readonly digest: Digest | undefined },
  { releaseLine, tags, settings }: TagsOfLine,
): PlannedMove {
  const before = tags.get(tag)
  // A publish does not even try a bookmark that is frozen; any other tag can be set once.
  const isFrozen = keepsTag(settings, tag) && (before !== undefined || tag === bookmarkTag(releaseLine))
  const from = before && (releaseUnder(tag, releaseLine, tags)?.tag ?? shortDigest(before))
  return {
    tag,
    ...(from !== undefined && { from }),
    to,
    outcome: before !== undefined && before === digest ? 'unchanged' : isFrozen ? 'frozen' : 'moves',
  }
}

/** Says which settings are in the way of a release; throws PublishError where it would fail because of them. */
function tellSettings(
  { releaseLine, repository, moves }: Rehearsal,
  { tags, settings, next }: Omit<TagsOfLine, 'releaseLine'> & { readonly next: Version },
  log: Log,
): void {
  const bookmark = bookmarkTag(releaseLine)
  const toFree = moves.filter(({ outcome }) => outcome === 'frozen').map(({ tag }) => tag)
  const frozen = toFree.filter((tag) => tag !== bookmark)
  if (frozen.length > 0) {
    const how = howToFree(toFree, settings)
    throw new PublishError({ what: 'frozen-tags', frozen, toFree, how, progress: undefined })
  }
  if (toFree.includes(bookmark)) {
    const how = howToFree([bookmark], settings)
    log.warning(`${bookmark} could not move, so an interrupted publish would go unseen. To free it, ${how}.`)
  }
  const latest = moves.find(({ tag }) => tag === 'latest')
  if (latest?.outcome === 'moves' && releaseUnder('latest', releaseLine, tags)?.isOfThisLine === false) {
    log.warning(
      `latest would leave ${latest.from ?? ''} for ${latest.to}: two release lines of the repository move it. Set the input "tagAsLatest" to false in one of them.`,
    )
  }
  if (repository !== undefined && !keepsTag(settings, versionTag(releaseLine, next))) {
    const pattern = versionPattern(releaseLine, next)
    const how = howToProtect(pattern, settings)
    log.info(
      `The versions ${pattern} of ${repository.uri} can be overwritten. To keep versions where they are, ${how}.`,
    )
  }
}
