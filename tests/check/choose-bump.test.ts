import assert from 'node:assert/strict'
import { type Changes, chooseBump } from '../../src/check/choose-bump.ts'
import { type Reason, reasons } from '../../src/model/verdict.ts'

describe('chooseBump', () => {
  const same = { before: '10.0.14', now: '10.0.14' }
  const other = { before: '10.0.13', now: '10.0.14' }
  const rows: readonly (readonly [
    what: string,
    reason: Reason,
    contextChanged: boolean | undefined,
    versions: Changes['versions'],
    bump: string,
  ])[] = [
    ["only the operating system's layer is newer", 'base-moved', false, same, 'patch'],
    ['only the age called for it', 'max-age', false, same, 'patch'],
    ['.NET is newer', 'base-moved', false, other, 'minor'],
    ['.NET is newer beside the age', 'max-age', false, other, 'minor'],
    ['.NET is older', 'base-moved', false, { before: '10.0.14', now: '10.0.13' }, 'minor'],
    ['files changed as well', 'base-moved', true, same, 'minor'],
    ['files changed beside the age', 'max-age', true, same, 'minor'],
    ['the release does not tell its context', 'base-moved', undefined, same, 'minor'],
    ['the release does not tell its .NET', 'base-moved', false, { before: undefined, now: '10.0.14' }, 'minor'],
    ['the base does not tell its .NET', 'base-moved', false, { before: '10.0.14', now: undefined }, 'minor'],
    ['neither tells its .NET', 'base-moved', false, { before: undefined, now: undefined }, 'minor'],
  ]
  for (const [what, reason, contextChanged, versions, bump] of rows) {
    it(`raises the ${bump} where ${what}`, () => {
      assert.equal(chooseBump({ reason, contextChanged, versions }), bump)
    })
  }

  for (const reason of reasons.filter((candidate) => candidate !== 'base-moved' && candidate !== 'max-age')) {
    it(`raises the minor for ${reason}, though nothing is seen to differ`, () => {
      assert.equal(chooseBump({ reason, contextChanged: false, versions: same }), 'minor')
    })
  }
})
