import assert from 'node:assert/strict'
import fc from 'fast-check'
import { choosePurpose, type PurposeFacts } from '../../src/check/choose-purpose.ts'
import type { Purpose } from '../../src/model/purpose.ts'

const main = 'refs/heads/main'
const feature = 'refs/heads/feature/x'

/** A run of main, of a pipeline that says nothing about purposes. */
function facts(overrides: Partial<PurposeFacts> = {}): PurposeFacts {
  return { wanted: 'auto', releaseBranches: [], isPullRequest: false, branch: main, ...overrides }
}

/** A run whose branch nobody tells, as a classic release without sources. */
function unknownBranch(overrides: Partial<PurposeFacts> = {}): PurposeFacts {
  return { wanted: 'auto', releaseBranches: [], isPullRequest: false, ...overrides }
}

describe('choosePurpose', () => {
  const rows: readonly (readonly [what: string, facts: PurposeFacts, kind: Purpose, because: RegExp])[] = [
    ['a run of main', facts(), 'release', /^every branch may release$/],
    ['a run of a branch, with no list', facts({ branch: feature }), 'release', /^every branch/],
    ['a run without a branch, with no list', unknownBranch(), 'release', /^every branch/],
    ['a pull request', facts({ isPullRequest: true }), 'validate', /^it is a pull request's$/],
    [
      'a pull request into a listed branch',
      facts({ isPullRequest: true, releaseBranches: [main] }),
      'validate',
      /pull/,
    ],
    ['a listed branch', facts({ releaseBranches: [feature, main] }), 'release', /^refs\/heads\/main is among/],
    ['another branch', facts({ releaseBranches: [main], branch: feature }), 'validate', /feature\/x is not among/],
    [
      'a branch that only begins as a listed one',
      facts({ releaseBranches: ['refs/heads/mai'] }),
      'validate',
      /not among/,
    ],
    ['a branch in another case', facts({ releaseBranches: ['refs/heads/Main'] }), 'validate', /not among/],
    ['a tag named as a listed branch', facts({ releaseBranches: [main], branch: 'refs/tags/main' }), 'validate', /not/],
    ['a branch that a pattern fits', facts({ releaseBranches: ['refs/heads/m*'] }), 'release', /is among/],
    [
      'a branch below a pattern',
      facts({ releaseBranches: ['refs/heads/release/*'], branch: 'refs/heads/release/1/a' }),
      'release',
      /is among/,
    ],
    ['a dot, which is only a dot', facts({ releaseBranches: ['refs/heads/m.in'] }), 'validate', /not among/],
    ['a run without a branch, with a list', unknownBranch({ releaseBranches: ['refs/*'] }), 'validate', /is not known/],
    ['what is to release', facts({ wanted: 'release', releaseBranches: [feature] }), 'release', /^the input "purpose"/],
    ['what is to validate', facts({ wanted: 'validate' }), 'validate', /^the input "purpose" says so$/],
    ['what is to plan', facts({ wanted: 'plan', isPullRequest: true }), 'plan', /^the input "purpose" says so$/],
  ]
  for (const [what, given, kind, because] of rows) {
    it(`makes of ${what}: ${kind}`, () => {
      const chosen = choosePurpose(given)

      assert.equal(chosen.kind, kind)
      assert.match(chosen.because, because)
    })
  }

  const warnings: readonly (readonly [what: string, facts: PurposeFacts, warning: RegExp | undefined])[] = [
    ['a release from another branch than main', facts({ branch: feature }), /releases from refs\/heads\/feature\/x\./],
    ['a release from a tag', facts({ branch: 'refs/tags/v1' }), /releases from refs\/tags\/v1\./],
    ['a release from master', facts({ branch: 'refs/heads/master' }), undefined],
    ['a release from main', facts(), undefined],
    ['a release from who knows where', unknownBranch(), undefined],
    ['a release from a listed branch', facts({ releaseBranches: [feature], branch: feature }), undefined],
    ['a release that was asked for', facts({ wanted: 'release', branch: feature }), undefined],
    ['a pull request that is to release', facts({ wanted: 'release', isPullRequest: true }), /"allowPullRequests"/],
    ['a pull request that validates', facts({ isPullRequest: true }), undefined],
  ]
  for (const [what, given, warning] of warnings) {
    it(`${warning === undefined ? 'has no warning for' : 'warns of'} ${what}`, () => {
      const told = choosePurpose(given).warning

      if (warning === undefined) assert.equal(told, undefined)
      else assert.match(told ?? '', warning)
    })
  }

  it('never releases a pull request unless the input says so', () => {
    const anyFacts = fc.record({
      releaseBranches: fc.array(fc.constantFrom('refs/*', main, 'refs/pull/*', feature)),
      branch: fc.constantFrom(main, feature, 'refs/pull/7/merge'),
    })
    fc.assert(
      fc.property(anyFacts, (given) => {
        assert.equal(choosePurpose({ ...given, wanted: 'auto', isPullRequest: true }).kind, 'validate')
      }),
    )
  })
})
