import assert from 'node:assert/strict'
import type { Decision } from '../../src/check/decision.ts'
import { formatDecision, explain } from '../../src/check/explain.ts'
import { digestOf, shortDigest } from '../../src/model/digest.ts'
import { withDigest } from '../../src/model/reference.ts'
import type { Version } from '../../src/model/release-line.ts'
import type { Reason, RetagReason, Rule } from '../../src/model/verdict.ts'
import { aReleaseLine, amd64, aRecord, aRelease, aspnet, aPurpose } from '../support/builders.ts'

const before = shortDigest(digestOf('old'))
const now = shortDigest(digestOf('new'))
const name = 'mcr.microsoft.com/dotnet/aspnet:10.0'

const went = `the base ${name} went ${before} -> ${now} (was 10.0.13, is 10.0.14)`

type Told = Omit<Decision, 'explanation' | 'notes'>

const withoutRelease: Told = {
  releaseLine: aReleaseLine(),
  purpose: aPurpose(),
  verdict: { kind: 'rebuild', reason: 'first-release' },
  repositoryExists: true,
  previousBase: {},
  base: { reference: aspnet, platform: amd64, digest: digestOf('new') },
}
const upToDate: Told = {
  ...withoutRelease,
  verdict: { kind: 'up-to-date', rule: 'index-digest' },
  current: aRelease({ version: '1.0.0' }),
  previousBase: { digest: digestOf('old'), version: '10.0.13' },
}
const proven = (rule: Rule): Told => ({ ...upToDate, verdict: { kind: 'up-to-date', rule } })
const retag = (reason: RetagReason): Told => ({ ...upToDate, verdict: { kind: 'retag', reason, rule: 'index-digest' } })
const firstRelease: Told = { ...withoutRelease, base: { ...withoutRelease.base, version: '10.0.14' } }
const rebuild = (reason: Reason, overrides: Partial<Told> = {}): Told => ({
  ...upToDate,
  verdict: { kind: 'rebuild', reason },
  base: { reference: aspnet, platform: amd64, digest: digestOf('new'), version: '10.0.14' },
  next: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0' },
  record: aRecord(),
  ...overrides,
})

describe('explain', () => {
  const rows: readonly (readonly [what: string, decision: Told, sentence: string])[] = [
    [
      'the same base',
      upToDate,
      `10.0-noble-1.0.0 is built on ${name} ${now} (.NET 10.0.13), which the tag still names.`,
    ],
    [
      'a pinned base',
      { ...upToDate, base: { ...upToDate.base, reference: withDigest(aspnet, digestOf('new')) } },
      `10.0-noble-1.0.0 is built on ${name}@${digestOf('new')} (.NET 10.0.13), which the Dockerfile pins.`,
    ],
    [
      'other platforms',
      proven('platform-digest'),
      `${name} moved ${before} -> ${now}, but only for other platforms than linux/amd64, that of 10.0-noble-1.0.0 (.NET 10.0.13).`,
    ],
    [
      'an interrupted publish',
      retag('unfinished-publish'),
      `10.0-noble-1.0.0 is built on ${name} ${now} (.NET 10.0.13), which the tag still names. Its publish was interrupted and is to be finished.`,
    ],
    [
      'a rolled back latest',
      retag('tags-behind'),
      `10.0-noble-1.0.0 is built on ${name} ${now} (.NET 10.0.13), which the tag still names. The tag "latest" is behind and is to be moved.`,
    ],
    [
      'a run that is repeated',
      retag('repeated-run'),
      `10.0-noble-1.0.0 is built on ${name} ${now} (.NET 10.0.13), which the tag still names. This run published it already; its tags are looked at again.`,
    ],
    [
      'the same layers',
      proven('layers'),
      `10.0-noble-1.0.0 carries no record, but its layers and history begin with those of ${name} ${now} (.NET 10.0.13).`,
    ],
    [
      'the dates of the catalogue',
      { ...proven('push-date'), base: { reference: aspnet, platform: amd64 } },
      `10.0-noble-1.0.0 was pushed after ${name} moved last, by the catalogue's dates.`,
    ],
    [
      'what is kept without proof',
      proven('kept'),
      `10.0-noble-1.0.0 cannot be compared with ${name}, and is kept as the input "whenUnverifiable" says.`,
    ],
    ['a moved base', rebuild('base-moved'), `The base ${name} moved ${before} -> ${now} (was 10.0.13, is 10.0.14).`],
    [
      'a moved base of the same version',
      rebuild('base-moved', { previousBase: { digest: digestOf('old'), version: '10.0.14' } }),
      `The base ${name} moved ${before} -> ${now} (.NET 10.0.14).`,
    ],
    [
      'a moved base without versions',
      rebuild('base-moved', { base: upToDate.base }),
      `The base ${name} moved ${before} -> ${now}.`,
    ],
    [
      'a moved base where no record tells the one before',
      rebuild('base-moved', { previousBase: { version: '10.0.13' } }),
      `The base ${name} moved since 10.0-noble-1.0.0; it is ${now} (was 10.0.13, is 10.0.14).`,
    ],
    [
      'a base that moved by its date alone',
      rebuild('base-moved', { previousBase: { digest: digestOf('new'), version: '10.0.14' } }),
      `The base ${name} moved since 10.0-noble-1.0.0; it is ${now} (.NET 10.0.14).`,
    ],
    [
      'another base',
      rebuild('base-moved', {
        previousBase: { ...upToDate.previousBase, name: 'mcr.microsoft.com/dotnet/aspnet:8.0' },
      }),
      `The base is ${name} ${now} (was 10.0.13, is 10.0.14); 10.0-noble-1.0.0 was built on another one, mcr.microsoft.com/dotnet/aspnet:8.0 ${before}.`,
    ],
    ['a forced run', rebuild('forced'), `A release was asked for; ${went}.`],
    [
      'a first release',
      firstRelease,
      `platform/aspnet has no release with this tag prefix yet; the base ${name} is ${now} (.NET 10.0.14).`,
    ],
    [
      'another platform',
      rebuild('platform-changed', { previousBase: { ...upToDate.previousBase, platform: 'linux/arm64/v8' } }),
      '10.0-noble-1.0.0 was built for linux/arm64/v8, and this check is for linux/amd64; where both are wanted, give each its own "tagPrefix", since with the same one they would replace each other at every run.',
    ],
    [
      'a record without a platform',
      rebuild('platform-changed'),
      '10.0-noble-1.0.0 does not tell which platform it was built for, and this check is for linux/amd64.',
    ],
    [
      'a missing record',
      rebuild('unverifiable', { previousBase: { version: '10.0.13' } }),
      `10.0-noble-1.0.0 carries no record of what it was built on, and its layers do not tell; the base ${name} is ${now} (was 10.0.13, is 10.0.14).`,
    ],
    [
      'changed files',
      rebuild('context-changed'),
      `The files, the target or the build arguments changed since 10.0-noble-1.0.0; ${went}.`,
    ],
    [
      'an old release',
      rebuild('max-age', { previousBase: { digest: digestOf('new'), version: '10.0.14' } }),
      `10.0-noble-1.0.0 is older than the input "maxAgeDays" allows; the base ${name} is ${now} (.NET 10.0.14).`,
    ],
  ]
  for (const [what, decision, sentence] of rows) {
    it(`tells ${what} in one sentence`, () => {
      assert.equal(explain(decision), sentence)
    })
  }
})

describe('formatDecision', () => {
  const explanation = 'The base moved.'

  it('holds line, answer, why and what comes next', () => {
    assert.equal(
      formatDecision({ ...rebuild('base-moved'), explanation, notes: [] }),
      '10.0-noble  rebuild  The base moved. Next is 10.0-noble-1.1.0.',
    )
  })

  it('names the action of an interrupted publish', () => {
    assert.equal(
      formatDecision({ ...retag('unfinished-publish'), explanation, notes: [] }),
      '10.0-noble  retag  The base moved.',
    )
  })

  it('names nothing next where nothing is to be done', () => {
    assert.equal(formatDecision({ ...upToDate, explanation, notes: [] }), '10.0-noble  up to date  The base moved.')
  })

  it('says what a validation is, and what would come next', () => {
    const purpose = { kind: 'validate', because: "it is a pull request's" } as const
    assert.equal(
      formatDecision({ ...rebuild('base-moved'), purpose, explanation, notes: [] }),
      "10.0-noble  rebuild  The base moved. Next would be 10.0-noble-1.1.0. This run only validates: it is a pull request's.",
    )
  })

  it('says what a plan is', () => {
    assert.equal(
      formatDecision({ ...upToDate, purpose: aPurpose('plan'), explanation, notes: [] }),
      '10.0-noble  up to date  The base moved. This run only plans: the input "purpose" says so.',
    )
  })

  it('says where there is no verdict', () => {
    assert.match(
      formatDecision({
        ...upToDate,
        verdict: { kind: 'not-judged' },
        purpose: aPurpose('validate'),
        explanation,
        notes: [],
      }),
      /^10\.0-noble {2}not judged {2}The base moved\. This run only validates/,
    )
  })
})
