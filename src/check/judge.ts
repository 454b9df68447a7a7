import type { Origin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import type { LayerComparison } from '../model/image-config.ts'
import { formatPlatform, type Platform } from '../model/platform.ts'
import type { Reason, Rule, Verdict } from '../model/verdict.ts'
import { judgeByDate } from './judge-by-date.ts'
import type { Policy } from './policy.ts'

/** What a verdict rests on. What is undefined was not read yet; it is read only if a rule needs it. */
export interface Facts {
  readonly forced: boolean
  readonly run: string
  /** Whether this is not the run's first attempt. */
  readonly isRepeated: boolean
  readonly platform: Platform
  /** The base that is watched, as a release's record would name it. */
  readonly baseName: string
  readonly policy: Policy
  readonly now: Date
  /** The highest release of the line. */
  readonly release?: ReleaseFacts
  readonly base: BaseFacts
  /** The repository's filter that keeps the line's bookmark where it is, as if it were a version. */
  readonly bookmarkFilter?: string
  /** Of what a build would take now. */
  readonly contextHash?: string
}

export interface ReleaseFacts {
  /** Missing where it carries no record of this line. */
  readonly origin?: Origin
  /** Labels of the record that are not what they should be, by name; they count as absent. */
  readonly unbelievable?: readonly string[]
  readonly pushedAt: Date
  /** Where the bookmark stands, which every publish moves last. */
  readonly bookmark: 'on-it' | 'behind' | 'missing'
  /** Where `latest` stands. */
  readonly latest: 'on-it' | 'on-older-release' | 'elsewhere'
  /** Whether the repository's settings keep these tags where they are. */
  readonly isBookmarkFrozen?: boolean
  readonly isLatestFrozen?: boolean
}

export interface BaseFacts {
  readonly digest?: Digest
  readonly platformDigest?: Digest
  /** How the base's layers lie in the release. */
  readonly comparison?: LayerComparison
  /** When the tag moved last, by the catalogue. */
  readonly movedAt?: Date
}

/** Not enough is known yet: read this, then judge again. */
export interface Undecided {
  readonly kind: 'undecided'
  readonly needs: Need
}

export type Need =
  'base-digest' | 'platform-digest' | 'layers' | 'moved-at' | 'context-hash' | 'bookmark-frozen' | 'latest-frozen'

/** No rule can tell what the release was built on, and the policy wants that to be an error. */
export interface Unverifiable {
  readonly kind: 'unverifiable'
}

/** A publish by another run is given this long before it counts as interrupted: 15 minutes. */
const publishTakesAtMost = 15 * 60 * 1000
const day = 24 * 60 * 60 * 1000

/**
 * Does a line need a new release? The first rule that answers wins:
 * 0. no release yet, forced (once a run), made for another platform: rebuild;
 * 1. the base tag names the recorded digest: up to date;
 * 2. the platform's own manifest is the recorded one, since only other platforms moved: up to date; else rebuild;
 * 3. without a record, the base's layers and history are the beginning of the release's: up to date; else rebuild;
 * 4. where layers tell nothing either, the policy decides;
 * 5. up to date by its base, but made of another context, or too old: rebuild;
 * 6. up to date, but floating tags were left behind, or an earlier attempt of this run may not have told people: retag.
 */
export function judge(facts: Facts): Verdict | Undecided | Unverifiable {
  const { forced, run, platform, release } = facts
  if (release === undefined) return rebuild('first-release')
  if (forced && release.origin?.run !== run) return rebuild('forced')
  if (release.origin !== undefined && release.origin.platform !== formatPlatform(platform)) {
    return rebuild('platform-changed')
  }
  const byBase = judgeBase(facts, release)
  return byBase.kind === 'up-to-date' ? judgeRelease(facts, release, byBase.rule) : byBase
}

/** Rules 1 to 4: does the release stand on the base as it is now? */
function judgeBase(
  { base, baseName, policy }: Facts,
  { origin, pushedAt }: ReleaseFacts,
): Verdict | Undecided | Unverifiable {
  if (policy.compareBy === 'pushDate') {
    // When this base moved says nothing about a release that stands on another one.
    if (origin !== undefined && origin.baseName !== baseName) return rebuild('base-moved')
    if (base.movedAt === undefined) return undecided('moved-at')
    if (judgeByDate(base.movedAt, pushedAt) === 'fresh') return upToDate('push-date')
    // The tag may have moved for other platforms only, or while this release was built on what it names now.
    if (origin === undefined) return rebuild('base-moved')
  }
  if (base.digest === undefined) return undecided('base-digest')
  if (origin !== undefined) {
    if (base.digest === origin.baseDigest) return upToDate('index-digest')
    if (base.platformDigest === undefined) return undecided('platform-digest')
    return base.platformDigest === origin.basePlatformDigest ? upToDate('platform-digest') : rebuild('base-moved')
  }
  if (base.comparison === undefined) return undecided('layers')
  switch (base.comparison) {
    case 'built-on':
      return upToDate('layers')
    case 'built-on-other':
      return rebuild('base-moved')
    case 'not-comparable':
      return judgeUnverifiable(policy)
  }
}

function judgeUnverifiable({ whenUnverifiable }: Policy): Verdict | Unverifiable {
  switch (whenUnverifiable) {
    case 'rebuild':
      return rebuild('unverifiable')
    case 'keep':
      return upToDate('kept')
    case 'fail':
      return { kind: 'unverifiable' }
  }
}

/** Rules 5 and 6, for a release whose base is current. */
function judgeRelease(facts: Facts, release: ReleaseFacts, rule: Rule): Verdict | Undecided {
  const { policy, now, contextHash } = facts
  const recorded = release.origin?.contextHash
  if (policy.rebuildOnContextChange && recorded !== undefined) {
    if (contextHash === undefined) return undecided('context-hash')
    if (isComparable(recorded, contextHash) && recorded !== contextHash) return rebuild('context-changed')
  }
  const age = now.getTime() - release.pushedAt.getTime()
  if (policy.maxAgeDays !== undefined && age > policy.maxAgeDays * day) return rebuild('max-age')
  const byTags = judgeBookmark(facts, release, rule)
  const isQuiet = byTags.kind === 'up-to-date' && isOfEarlierAttempt(facts, release)
  return isQuiet ? { kind: 'retag', reason: 'repeated-run', rule } : byTags
}

/**
 * Whether an earlier attempt of this run published the release; it may have ended before it told anybody. Where `latest`
 * was rolled back since, the tags are left alone.
 */
function isOfEarlierAttempt({ run, isRepeated }: Facts, { origin, bookmark, latest }: ReleaseFacts): boolean {
  const isRolledBack = bookmark === 'on-it' && latest === 'on-older-release'
  return isRepeated && origin?.run === run && !isRolledBack
}

/** Rule 6, for a release that needs no other one. A bookmark that the repository keeps where it is tells nothing. */
function judgeBookmark(facts: Facts, release: ReleaseFacts, rule: Rule): Verdict | Undecided {
  const { bookmark, origin, isBookmarkFrozen } = release
  const isThere = bookmark === 'on-it' || (bookmark === 'missing' && origin === undefined)
  if (isThere || isBookmarkFrozen === true) return judgeLatest(facts.policy, release, rule)
  if (isBeingPublished(facts)) return upToDate(rule)
  return isBookmarkFrozen === undefined
    ? undecided('bookmark-frozen')
    : { kind: 'retag', reason: 'unfinished-publish', rule }
}

function judgeLatest({ whenTagsBehind }: Policy, release: ReleaseFacts, rule: Rule): Verdict | Undecided {
  const { latest, isLatestFrozen } = release
  if (latest !== 'on-older-release' || whenTagsBehind === 'ignore') return upToDate(rule)
  if (isLatestFrozen === undefined) return undecided('latest-frozen')
  return whenTagsBehind === 'repair' && !isLatestFrozen
    ? { kind: 'retag', reason: 'tags-behind', rule }
    : upToDate(rule)
}

/** Whether a publish that has not set its bookmark may still be at work: another run's, begun a moment ago. */
export function isBeingPublished({ release, run, now }: Pick<Facts, 'release' | 'run' | 'now'>): boolean {
  if (release === undefined || release.bookmark === 'on-it') return false
  const isRecent = now.getTime() - release.pushedAt.getTime() < publishTakesAtMost
  return isRecent && release.origin !== undefined && release.origin.run !== run
}

/** Context hashes say which algorithm made them, `v1:...`; two of different algorithms say nothing about each other. */
export function isComparable(one: string, other: string): boolean {
  return one.split(':')[0] === other.split(':')[0]
}

function rebuild(reason: Reason): Verdict {
  return { kind: 'rebuild', reason }
}

function upToDate(rule: Rule): Verdict & { readonly kind: 'up-to-date' } {
  return { kind: 'up-to-date', rule }
}

function undecided(needs: Need): Undecided {
  return { kind: 'undecided', needs }
}
