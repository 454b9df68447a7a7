import assert from 'node:assert/strict'
import { isImmutable, matchesWildcard } from '../../../sandbox/ecr/tag-mutability.ts'
import type { TagMutability } from '../../../sandbox/ecr/tag-mutability.ts'

describe('isImmutable', () => {
  const filters = ['10.0-noble-*.*']
  const cases: [TagMutability['mode'], string, boolean][] = [
    ['MUTABLE', '10.0-noble-1.0.0', false],
    ['IMMUTABLE', 'latest', true],
    ['MUTABLE_WITH_EXCLUSION', '10.0-noble-1.0.0', true],
    ['MUTABLE_WITH_EXCLUSION', 'latest', false],
    ['IMMUTABLE_WITH_EXCLUSION', '10.0-noble-1.0.0', false],
    ['IMMUTABLE_WITH_EXCLUSION', 'latest', true],
  ]
  for (const [mode, tag, expected] of cases) {
    it(`says ${String(expected)} of ${tag} under ${mode}`, () => {
      assert.equal(isImmutable(tag, { mode, filters }), expected)
    })
  }
})

describe('matchesWildcard', () => {
  const cases: [string, string, boolean][] = [
    ['latest', 'latest', true],
    ['latest-1', 'latest', false],
    ['my-latest', 'latest', false],
    ['8.0.11-1', '8.0*', true],
    ['8x0', '8.0', false],
    ['10.0-noble-1.0.0', '10.0-noble-*.*', true],
    ['10.0-noble-current', '10.0-noble-*.*', false],
    ['a', 'a*', true],
  ]
  for (const [text, pattern, expected] of cases) {
    it(`says ${String(expected)} of ${text} against ${pattern}`, () => {
      assert.equal(matchesWildcard(text, pattern), expected)
    })
  }
})
