import assert from 'node:assert/strict'
import { type BaseFacts, type Facts, isBeingPublished, isComparable, judge, type Need } from '../../src/check/judge.ts'
import type { Policy } from '../../src/check/policy.ts'
import type { Origin } from '../../src/model/build-record.ts'
import { digestOf } from '../../src/model/digest.ts'
import type { RetagReason } from '../../src/model/verdict.ts'
import { amd64, anOrigin, aPolicy, arm64 } from '../support/builders.ts'

const now = new Date('2026-11-23T12:00:00Z')
const before = (minutes: number, milliseconds = 0) => new Date(now.getTime() - minutes * 60_000 - milliseconds)
const days = 24 * 60

type ReleaseFacts = NonNullable<Facts['release']>

/** A release of another run, three days old, with all tags where they belong. */
const built = (overrides: Partial<ReleaseFacts> = {}): ReleaseFacts => ({
  origin: anOrigin(),
  pushedAt: before(3 * days),
  bookmark: 'on-it',
  latest: 'on-it',
  ...overrides,
})
/** An image of the scripts, of another tool, or of somebody's hand. */
const unlabelled = (overrides: Partial<ReleaseFacts> = {}): ReleaseFacts => {
  const { pushedAt, latest } = built()
  return { pushedAt, latest, bookmark: 'missing', ...overrides }
}
const from = (contextHash: string): ReleaseFacts => built({ origin: anOrigin({ contextHash }) })

const sameBase: BaseFacts = { digest: digestOf('base index') }
const othersMoved: BaseFacts = { digest: digestOf('new index'), platformDigest: digestOf('base amd64') }
const movedBase: BaseFacts = { digest: digestOf('new index'), platformDigest: digestOf('new amd64') }

interface Given extends Omit<Partial<Facts>, 'policy'> {
  readonly policy?: Partial<Policy>
}

const withoutRelease = ({ policy, ...given }: Given = {}): Facts => ({
  forced: false,
  run: 'project/2',
  isRepeated: false,
  platform: amd64,
  baseName: 'mcr.microsoft.com/dotnet/aspnet:10.0',
  policy: aPolicy(policy),
  now,
  base: sameBase,
  ...given,
})
/** A release that is fresh in every way, but for what is given. */
const facts = (given: Given = {}): Facts => withoutRelease({ release: built(), ...given })

const upToDate = (rule = 'index-digest') => ({ kind: 'up-to-date', rule })
const rebuild = (reason: string) => ({ kind: 'rebuild', reason })
const retag = (reason: RetagReason, rule = 'index-digest') => ({ kind: 'retag', reason, rule })

type Row = readonly [what: string, facts: Facts, verdict: object]

function answers(rows: readonly Row[]): void {
  for (const [what, given, verdict] of rows) {
    it(`answers ${what}`, () => {
      assert.deepEqual(judge(given), verdict)
    })
  }
}

describe('judge', () => {
  describe('by rule 0', () => {
    const own = { forced: true, run: 'project/1' }
    answers([
      ['a line without releases', withoutRelease(), rebuild('first-release')],
      ['a line without releases, also if forced', withoutRelease({ forced: true }), rebuild('first-release')],
      ['a forced run', facts({ forced: true }), rebuild('forced')],
      ['a forced run on a release without record', facts({ forced: true, release: unlabelled() }), rebuild('forced')],
      [
        'a forced run after an interrupted publish',
        facts({ forced: true, release: built({ bookmark: 'behind' }) }),
        rebuild('forced'),
      ],
      ['a forced run that has released already', facts(own), upToDate()],
      [
        'a forced run that has released, but whose base moved since',
        facts({ ...own, base: movedBase }),
        rebuild('base-moved'),
      ],
      [
        'a forced run that was interrupted itself',
        facts({ ...own, release: built({ bookmark: 'behind', pushedAt: before(1), isBookmarkFrozen: false }) }),
        retag('unfinished-publish'),
      ],
      ['a release for another platform', facts({ platform: arm64 }), rebuild('platform-changed')],
      [
        'an implied variant',
        facts({ platform: arm64, release: built({ origin: anOrigin({ platform: 'linux/arm64/v8' }) }) }),
        upToDate(),
      ],
      [
        'a record without platform',
        facts({ release: built({ origin: anOrigin({ platform: '' }) }) }),
        rebuild('platform-changed'),
      ],
      [
        'another platform without record by its layers',
        facts({ platform: arm64, release: unlabelled(), base: { ...sameBase, comparison: 'built-on' } }),
        upToDate('layers'),
      ],
    ])
  })

  describe('by rules 1 and 2, with a record', () => {
    answers([
      ['a base that has not moved', facts(), upToDate()],
      ['a tag that moved for other platforms only', facts({ base: othersMoved }), upToDate('platform-digest')],
      ['a tag that moved for this platform', facts({ base: movedBase }), rebuild('base-moved')],
      [
        'a moved base before changed files, age and tags',
        facts({
          base: movedBase,
          contextHash: 'v1:b',
          policy: { maxAgeDays: 1 },
          release: built({ origin: anOrigin({ contextHash: 'v1:a' }), bookmark: 'behind' }),
        }),
        rebuild('base-moved'),
      ],
    ])
  })

  describe('by rules 3 and 4, without a record', () => {
    const compared = (comparison: NonNullable<BaseFacts['comparison']>, policy: Partial<Policy> = {}) =>
      facts({ release: unlabelled(), base: { ...sameBase, comparison }, policy })
    answers([
      ['layers that begin with those of the base', compared('built-on'), upToDate('layers')],
      ['other layers', compared('built-on-other'), rebuild('base-moved')],
      [
        'other layers, whatever the policy',
        compared('built-on-other', { whenUnverifiable: 'keep' }),
        rebuild('base-moved'),
      ],
      ['a squashed image that is to be rebuilt', compared('not-comparable'), rebuild('unverifiable')],
      [
        'a squashed image that is to be kept',
        compared('not-comparable', { whenUnverifiable: 'keep' }),
        upToDate('kept'),
      ],
      [
        'a squashed image that is to fail',
        compared('not-comparable', { whenUnverifiable: 'fail' }),
        { kind: 'unverifiable' },
      ],
      [
        'a squashed image that is kept, but too old',
        compared('not-comparable', { whenUnverifiable: 'keep', maxAgeDays: 1 }),
        rebuild('max-age'),
      ],
    ])
  })

  describe('by date', () => {
    const dated = (movedAt: Date, given: Given = {}) =>
      facts({ policy: { compareBy: 'pushDate' }, base: { movedAt }, ...given })
    const moved = (movedAt: Date) => dated(movedAt, { base: { ...movedBase, movedAt } })
    answers([
      ['a base that moved before the push', dated(before(4 * days)), upToDate('push-date')],
      ['a base that moved after the push', moved(before(2 * days)), rebuild('base-moved')],
      ['a base that moved at the instant of the push', moved(before(3 * days)), rebuild('base-moved')],
      [
        'a base that moved after the push without record',
        dated(before(2 * days), { release: unlabelled() }),
        rebuild('base-moved'),
      ],
      [
        'a release that was built on what the tag names since',
        dated(before(2 * days), { base: { ...sameBase, movedAt: before(2 * days) } }),
        upToDate('index-digest'),
      ],
      [
        'a tag that moved for other platforms only',
        dated(before(2 * days), { base: { ...othersMoved, movedAt: before(2 * days) } }),
        upToDate('platform-digest'),
      ],
      [
        'a release without record as one with',
        dated(before(4 * days), { release: unlabelled() }),
        upToDate('push-date'),
      ],
      [
        'a release that was built on another base',
        dated(before(4 * days), { baseName: 'mcr.microsoft.com/dotnet/aspnet:10.0-noble' }),
        rebuild('base-moved'),
      ],
      [
        'changed files also then',
        dated(before(4 * days), { release: from('v1:a'), contextHash: 'v1:b' }),
        rebuild('context-changed'),
      ],
    ])
  })

  describe('by rule 5', () => {
    const aged = (pushedAt: Date, maxAgeDays?: number) =>
      facts({ release: built({ pushedAt }), policy: maxAgeDays === undefined ? {} : { maxAgeDays } })
    answers([
      ['the same context', facts({ release: from('v1:a'), contextHash: 'v1:a' }), upToDate()],
      ['another context', facts({ release: from('v1:a'), contextHash: 'v1:b' }), rebuild('context-changed')],
      [
        'another context where only other platforms moved',
        facts({ release: from('v1:a'), contextHash: 'v1:b', base: othersMoved }),
        rebuild('context-changed'),
      ],
      ['a hash of another algorithm', facts({ release: from('v0:a'), contextHash: 'v1:a' }), upToDate()],
      ['a release without hash', facts({ contextHash: 'v1:b' }), upToDate()],
      [
        'another context that does not count',
        facts({ release: from('v1:a'), contextHash: 'v1:b', policy: { rebuildOnContextChange: false } }),
        upToDate(),
      ],
      ['an age without limit', aged(before(3000 * days)), upToDate()],
      ['an age under the limit', aged(before(30 * days, -1), 30), upToDate()],
      ['an age at the limit', aged(before(30 * days), 30), upToDate()],
      ['an age over the limit', aged(before(30 * days, 1), 30), rebuild('max-age')],
      [
        'changed files before the age',
        facts({ release: from('v1:a'), contextHash: 'v1:b', policy: { maxAgeDays: 1 } }),
        rebuild('context-changed'),
      ],
    ])
  })

  describe('by rule 6', () => {
    const layers: BaseFacts = { ...sameBase, comparison: 'built-on' }
    const behind = (overrides: Partial<ReleaseFacts> = {}) =>
      facts({ release: built({ bookmark: 'behind', isBookmarkFrozen: false, ...overrides }) })
    const rolledBack = (whenTagsBehind: Policy['whenTagsBehind'], overrides: Partial<ReleaseFacts> = {}) =>
      facts({ release: built({ latest: 'on-older-release', ...overrides }), policy: { whenTagsBehind } })
    const repeated = (overrides: Partial<ReleaseFacts> = {}, given: Given = {}) =>
      facts({ release: built(overrides), run: 'project/1', isRepeated: true, ...given })
    const repeatedWithoutRecord = facts({ release: unlabelled(), run: 'project/1', isRepeated: true, base: layers })
    answers([
      ['a bookmark that is behind', behind(), retag('unfinished-publish')],
      ['a bookmark that was never set by our publish', behind({ bookmark: 'missing' }), retag('unfinished-publish')],
      [
        'a bookmark that is behind a release without record',
        facts({ release: unlabelled({ bookmark: 'behind', isBookmarkFrozen: false }), base: layers }),
        retag('unfinished-publish', 'layers'),
      ],
      [
        'a bookmark that images of the scripts never had',
        facts({ release: unlabelled(), base: layers }),
        upToDate('layers'),
      ],
      ['a bookmark that the settings freeze', behind({ isBookmarkFrozen: true }), upToDate()],
      [
        'a missing bookmark that the settings freeze',
        behind({ bookmark: 'missing', isBookmarkFrozen: true }),
        upToDate(),
      ],
      [
        'a bookmark that is behind where only other platforms moved',
        { ...behind(), base: othersMoved },
        retag('unfinished-publish', 'platform-digest'),
      ],
      ['a bookmark that is behind, whose base moved since', { ...behind(), base: movedBase }, rebuild('base-moved')],
      ['a publish of another run, a moment ago', behind({ pushedAt: before(15, -1) }), upToDate()],
      ['a publish of another run, 15 minutes ago', behind({ pushedAt: before(15) }), retag('unfinished-publish')],
      [
        'a publish of this run, a moment ago',
        { ...behind({ pushedAt: before(1) }), run: 'project/1' },
        retag('unfinished-publish'),
      ],
      ['a rolled back latest that is warned of', rolledBack('warn', { isLatestFrozen: false }), upToDate()],
      ['a rolled back latest that is ignored', rolledBack('ignore'), upToDate()],
      [
        'a rolled back latest that is to be repaired',
        rolledBack('repair', { isLatestFrozen: false }),
        retag('tags-behind'),
      ],
      [
        'a rolled back latest beside a bookmark that cannot move',
        rolledBack('repair', { bookmark: 'behind', isBookmarkFrozen: true, isLatestFrozen: false }),
        retag('tags-behind'),
      ],
      ['a rolled back latest that cannot move', rolledBack('repair', { isLatestFrozen: true }), upToDate()],
      [
        'a rolled back latest of which nobody knows whether it can move',
        rolledBack('repair'),
        { kind: 'undecided', needs: 'latest-frozen' },
      ],
      ['a latest elsewhere that is not ours to repair', rolledBack('repair', { latest: 'elsewhere' }), upToDate()],
      [
        'a rolled back latest of images of the scripts',
        facts({
          release: unlabelled({ latest: 'on-older-release', isLatestFrozen: false }),
          base: layers,
          policy: { whenTagsBehind: 'repair' },
        }),
        retag('tags-behind', 'layers'),
      ],
      ['a run that is repeated after it published', repeated(), retag('repeated-run')],
      [
        'a forced run that is repeated after it published',
        repeated({ latest: 'elsewhere' }, { forced: true }),
        retag('repeated-run'),
      ],
      ['a run that is repeated after another one published', repeated({}, { run: 'project/2' }), upToDate()],
      ['a run that looks again at what it published', repeated({}, { isRepeated: false }), upToDate()],
      ['a run that is repeated, but whose base moved since', repeated({}, { base: movedBase }), rebuild('base-moved')],
      [
        'a run that is repeated after latest was rolled back',
        repeated({ latest: 'on-older-release', isLatestFrozen: false }),
        upToDate(),
      ],
      [
        'a run that is repeated after it was interrupted',
        repeated({ latest: 'on-older-release', bookmark: 'behind', isBookmarkFrozen: false }),
        retag('unfinished-publish'),
      ],
      [
        'a run that is repeated, where the settings freeze the bookmark',
        repeated({ bookmark: 'missing', isBookmarkFrozen: true, latest: 'on-older-release', isLatestFrozen: false }),
        retag('repeated-run'),
      ],
      ['a run that is repeated on a release without record', repeatedWithoutRecord, upToDate('layers')],
      [
        'an interrupted publish, which leaves latest behind too',
        rolledBack('ignore', { bookmark: 'behind', isBookmarkFrozen: false }),
        retag('unfinished-publish'),
      ],
    ])
  })

  describe('asks for no more than it needs', () => {
    /** What all there is to read would say. */
    interface World {
      readonly base: BaseFacts
      readonly contextHash: string
      readonly isBookmarkFrozen: boolean
      readonly isLatestFrozen: boolean
    }
    const world: World = {
      base: { ...sameBase, platformDigest: digestOf('base amd64'), comparison: 'built-on', movedAt: before(4 * days) },
      contextHash: 'v1:a',
      isBookmarkFrozen: false,
      isLatestFrozen: false,
    }

    function learn(need: Need, known: Facts, there: World): Facts {
      const learned = (base: BaseFacts): Facts => ({ ...known, base: { ...known.base, ...base } })
      const { digest, platformDigest, comparison, movedAt } = there.base
      switch (need) {
        case 'base-digest':
          return learned({ ...(digest && { digest }) })
        case 'platform-digest':
          return learned({ ...(platformDigest && { platformDigest }) })
        case 'layers':
          return learned({ ...(comparison && { comparison }) })
        case 'moved-at':
          return learned({ ...(movedAt && { movedAt }) })
        case 'context-hash':
          return { ...known, contextHash: there.contextHash }
        case 'bookmark-frozen':
          return { ...known, release: { ...built(), ...known.release, isBookmarkFrozen: there.isBookmarkFrozen } }
        case 'latest-frozen':
          return { ...known, release: { ...built(), ...known.release, isLatestFrozen: there.isLatestFrozen } }
      }
    }

    /** Reads what is asked for, one after the other, until there is a verdict. */
    function play(known: Facts, there: World): { needs: Need[]; verdict: object } {
      const judgement = judge(known)
      if (judgement.kind !== 'undecided') return { needs: [], verdict: judgement }
      const { needs, verdict } = play(learn(judgement.needs, known, there), there)
      return { needs: [judgement.needs, ...needs], verdict }
    }

    const moved: World = { ...world, base: { ...world.base, ...movedBase } }
    const nothing = { base: {} }
    const origin: Origin = anOrigin({ contextHash: 'v1:a' })
    const rows: readonly (readonly [what: string, facts: Facts, world: World, needs: Need[], verdict: object])[] = [
      ['of a line without releases', withoutRelease(nothing), world, [], rebuild('first-release')],
      ['of a forced run', facts({ ...nothing, forced: true }), world, [], rebuild('forced')],
      ['of another platform', facts({ ...nothing, platform: arm64 }), world, [], rebuild('platform-changed')],
      ['of a fresh release', facts(nothing), world, ['base-digest'], upToDate()],
      [
        'of a fresh release that tells its context',
        facts({ ...nothing, release: built({ origin }) }),
        world,
        ['base-digest', 'context-hash'],
        upToDate(),
      ],
      [
        'where changed files do not count',
        facts({ ...nothing, release: built({ origin }), policy: { rebuildOnContextChange: false } }),
        world,
        ['base-digest'],
        upToDate(),
      ],
      [
        'where other platforms moved',
        facts(nothing),
        { ...world, base: othersMoved },
        ['base-digest', 'platform-digest'],
        upToDate('platform-digest'),
      ],
      [
        'where the base moved',
        facts({ ...nothing, release: built({ origin, bookmark: 'behind' }) }),
        moved,
        ['base-digest', 'platform-digest'],
        rebuild('base-moved'),
      ],
      [
        'without a record',
        facts({ ...nothing, release: unlabelled() }),
        world,
        ['base-digest', 'layers'],
        upToDate('layers'),
      ],
      ['by date', facts({ ...nothing, policy: { compareBy: 'pushDate' } }), world, ['moved-at'], upToDate('push-date')],
      [
        'where files changed and tags are behind',
        facts({ ...nothing, release: built({ origin, bookmark: 'behind' }) }),
        { ...world, contextHash: 'v1:b' },
        ['base-digest', 'context-hash'],
        rebuild('context-changed'),
      ],
      [
        'where the release is too old and tags are behind',
        facts({ ...nothing, release: built({ bookmark: 'behind' }), policy: { maxAgeDays: 1 } }),
        world,
        ['base-digest'],
        rebuild('max-age'),
      ],
      [
        'where a publish may still be at work',
        facts({ ...nothing, release: built({ bookmark: 'behind', pushedAt: before(1) }) }),
        world,
        ['base-digest'],
        upToDate(),
      ],
      [
        'where every rule has to be asked',
        facts({ ...nothing, release: built({ origin, bookmark: 'missing' }) }),
        { ...world, base: othersMoved },
        ['base-digest', 'platform-digest', 'context-hash', 'bookmark-frozen'],
        retag('unfinished-publish', 'platform-digest'),
      ],
    ]
    for (const [what, known, there, needs, verdict] of rows) {
      it(what, () => {
        assert.deepEqual(play(known, there), { needs, verdict })
      })
    }
  })
})

describe('isBeingPublished', () => {
  const rows: readonly (readonly [what: string, release: ReleaseFacts | undefined, expected: boolean])[] = [
    ['nothing', undefined, false],
    ['a release with its bookmark', built({ pushedAt: before(1) }), false],
    ['a recent release without its bookmark', built({ pushedAt: before(1), bookmark: 'missing' }), true],
    ['a recent release whose bookmark is behind', built({ pushedAt: before(1), bookmark: 'behind' }), true],
    ['an older one', built({ pushedAt: before(15), bookmark: 'behind' }), false],
    [
      "this run's own",
      built({ origin: anOrigin({ run: 'project/2' }), pushedAt: before(1), bookmark: 'behind' }),
      false,
    ],
    ["somebody's image without record", unlabelled({ pushedAt: before(1), bookmark: 'behind' }), false],
  ]
  for (const [what, release, expected] of rows) {
    it(`says ${String(expected)} of ${what}`, () => {
      assert.equal(isBeingPublished({ ...(release && { release }), run: 'project/2', now }), expected)
    })
  }
})

describe('isComparable', () => {
  it('goes by the algorithm alone', () => {
    assert.equal(isComparable('v1:sha256:a', 'v1:sha256:b'), true)
    assert.equal(isComparable('v1:sha256:a', 'v2:sha256:a'), false)
  })
})
