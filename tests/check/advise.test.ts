import assert from 'node:assert/strict'
import { advise } from '../../src/check/advise.ts'
import type { Decision } from '../../src/check/decision.ts'
import type { Facts } from '../../src/check/judge.ts'
import { digestOf } from '../../src/model/digest.ts'
import { withDigest } from '../../src/model/reference.ts'
import { aReleaseLine, amd64, anOrigin, aPolicy, aRelease, aspnet, aPurpose } from '../support/builders.ts'

const now = new Date('2026-11-23T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000)

type Told = Omit<Decision, 'explanation' | 'notes'>

const firstRelease: Told = {
  releaseLine: aReleaseLine(),
  purpose: aPurpose(),
  verdict: { kind: 'rebuild', reason: 'first-release' },
  repositoryExists: true,
  previousBase: {},
  base: { reference: aspnet, platform: amd64, digest: digestOf('base index') },
}
const upToDate: Told = {
  ...firstRelease,
  verdict: { kind: 'up-to-date', rule: 'index-digest' },
  current: aRelease({ version: '1.4.0' }),
  previousBase: { digest: digestOf('base index'), version: '10.0.14' },
}
const moved: Told = { ...upToDate, verdict: { kind: 'rebuild', reason: 'base-moved' } }

const release = {
  origin: anOrigin({ contextHash: 'v1:a' }),
  pushedAt: daysAgo(3),
  bookmark: 'on-it',
  latest: 'on-it',
} as const
const withoutRelease: Facts = {
  forced: false,
  run: 'project/2',
  isRepeated: false,
  platform: amd64,
  baseName: 'mcr.microsoft.com/dotnet/aspnet:10.0',
  policy: aPolicy(),
  now,
  base: {},
  contextHash: 'v1:a',
}
const facts: Facts = { ...withoutRelease, release }
const withVersion = (version: string): Told => ({ ...moved, base: { ...moved.base, version } })
const pinned: Told = { ...upToDate, base: { ...upToDate.base, reference: withDigest(aspnet, digestOf('base index')) } }

describe('advise', () => {
  const silent: readonly (readonly [what: string, decision: Told, facts: Facts])[] = [
    ['a first release', firstRelease, withoutRelease],
    ['a fresh release', upToDate, facts],
    ['a base that has been quiet for 60 days', upToDate, { ...facts, release: { ...release, pushedAt: daysAgo(60) } }],
    [
      'a quiet base where only other platforms moved',
      { ...upToDate, verdict: { kind: 'up-to-date', rule: 'platform-digest' } },
      { ...facts, release: { ...release, pushedAt: daysAgo(400) } },
    ],
    [
      'a base that is quiet because its support ended, which has a note of its own',
      { ...upToDate, support: { kind: 'ended', dotnet: '8.0', lastDay: '2026-11-10' } },
      { ...facts, release: { ...release, pushedAt: daysAgo(400) } },
    ],
    [
      'a rolled back latest that is ignored',
      upToDate,
      {
        ...facts,
        policy: aPolicy({ whenTagsBehind: 'ignore' }),
        release: { ...release, latest: 'on-older-release' },
      },
    ],
    [
      'a release without hash where changed files do not count',
      upToDate,
      {
        ...facts,
        policy: aPolicy({ rebuildOnContextChange: false }),
        release: { ...release, origin: anOrigin() },
      },
    ],
    ['a base with a newer .NET', withVersion('10.0.15'), facts],
    ['a base with the same .NET', withVersion('10.0.14'), facts],
    ['a base whose .NET is no version', withVersion('nightly'), facts],
  ]
  for (const [what, decision, given] of silent) {
    it(`has nothing to say of ${what}`, () => {
      assert.deepEqual(advise(decision, given), [])
    })
  }

  type Row = readonly [what: string, decision: Told, facts: Facts, level: string, text: RegExp]
  const rows: readonly Row[] = [
    [
      'a publish that may still be at work',
      upToDate,
      { ...facts, release: { ...release, bookmark: 'behind', pushedAt: new Date(now.getTime() - 60_000) } },
      'info',
      /^10\.0-noble-1\.4\.0 was pushed by another run a moment ago/,
    ],
    [
      'a rolled back latest',
      upToDate,
      { ...facts, release: { ...release, latest: 'on-older-release' } },
      'warning',
      /^"latest" stands on an older release than 10\.0-noble-1\.4\.0\..*"whenTagsBehind" to repair/,
    ],
    [
      'a release without hash',
      upToDate,
      { ...facts, release: { ...release, origin: anOrigin() } },
      'info',
      /^10\.0-noble-1\.4\.0 does not tell which context it was built from/,
    ],
    [
      'a hash of an unknown algorithm',
      upToDate,
      { ...facts, contextHash: 'v2:a' },
      'info',
      /does not tell which context it was built from/,
    ],
    ['a base that is pinned by digest', pinned, facts, 'info', /pins its base by digest, so a moved tag goes unseen/],
    [
      'a pinned base, which never moves',
      pinned,
      { ...facts, release: { ...release, pushedAt: daysAgo(400) } },
      'info',
      /pins its base by digest/,
    ],
    [
      'a base that has been quiet for too long',
      upToDate,
      { ...facts, release: { ...release, pushedAt: daysAgo(61) } },
      'warning',
      /^The base has not moved for 61 days\./,
    ],
    [
      'a base that was rolled back',
      withVersion('10.0.9'),
      facts,
      'warning',
      /^The base's tag went back from \.NET 10\.0\.14 to 10\.0\.9\.$/,
    ],
  ]
  for (const [what, decision, given, level, text] of rows) {
    it(`tells of ${what}, and of nothing else`, () => {
      const notes = advise(decision, given)

      assert.deepEqual(
        notes.map((note) => note.level),
        [level],
      )
      assert.match(notes[0]?.text ?? '', text)
    })
  }

  for (const [what, decision, known] of [
    ['a first release', firstRelease, withoutRelease],
    ['a later release', moved, facts],
  ] as const) {
    it(`warns before ${what} is built of a filter that holds its bookmark`, () => {
      const notes = advise(decision, { ...known, bookmarkFilter: '10.0-*' })

      assert.deepEqual(
        notes.map(({ level }) => level),
        ['warning'],
      )
      assert.match(notes[0]?.text ?? '', /^The repository's filter "10\.0-\*" keeps 10\.0-noble-current on its image/)
      assert.match(notes[0]?.text ?? '', /holds versions alone, as "10\.0-noble-1\.\*\.\*" does\.$/)
    })
  }
})
