import assert from 'node:assert/strict'
import { keepsTag } from '../../src/ecr/tag-mutability.ts'

describe('keepsTag', () => {
  const rows: readonly (readonly [
    mode: string | undefined,
    filters: readonly string[],
    tag: string,
    keeps: boolean,
  ])[] = [
    [undefined, [], 'latest', false],
    ['MUTABLE', [], 'latest', false],
    ['IMMUTABLE', [], 'latest', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'latest', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'latest-1', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'my-latest', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest'], 'LATEST', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', '*-current'], '10.0-noble-current', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['8.0*'], '8.0.11-1', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['8.0'], '8x0', true],
    ['MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*'], '10.0-noble-1.4.0', true],
    ['MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*'], '10.0-noble-current', false],
    ['MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*'], '10.0-noble-.', true],
    ['MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*'], 'my-10.0-noble-1.4.0', false],
    ['MUTABLE_WITH_EXCLUSION', ['*'], 'anything', true],
    ['MUTABLE_WITH_EXCLUSION', ['a*b'], 'ab', true],
    ['MUTABLE_WITH_EXCLUSION', ['a*b'], 'abc', false],
    ['MUTABLE_WITH_EXCLUSION', [], 'latest', false],
  ]
  for (const [mode, filters, tag, keeps] of rows) {
    it(`says ${String(keeps)} of ${tag} under ${String(mode)} ${filters.join(' ')}`, () => {
      const settings = {
        imageTagMutability: mode,
        imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filter })),
      }

      assert.equal(keepsTag(settings, tag), keeps)
    })
  }

  it('takes a repository without filters as it is described', () => {
    assert.equal(keepsTag({ imageTagMutability: 'IMMUTABLE' }, 'latest'), true)
  })

  it('throws for a setting of the future', () => {
    assert.throws(
      () => keepsTag({ imageTagMutability: 'FROZEN_ON_MONDAYS' }, 'latest'),
      /FROZEN_ON_MONDAYS, which this version does not know/,
    )
  })
})
