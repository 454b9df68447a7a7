import assert from 'node:assert/strict'
import { readTagSettings, writeTagSettings } from '../../src/ecr/tag-mutability.ts'
import type { TagSettings } from '../../src/model/tag-settings.ts'
import { throws } from '../support/problems.ts'

const rows: readonly (readonly [mutability: string, filters: readonly string[], settings: TagSettings])[] = [
  ['MUTABLE', [], { tags: 'movable', exceptions: [] }],
  ['IMMUTABLE', [], { tags: 'frozen', exceptions: [] }],
  ['MUTABLE_WITH_EXCLUSION', ['10.0-*.*'], { tags: 'movable', exceptions: ['10.0-*.*'] }],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', '*-current'], { tags: 'frozen', exceptions: ['latest', '*-current'] }],
]

describe('readTagSettings', () => {
  for (const [imageTagMutability, filters, settings] of rows) {
    it(`reads ${imageTagMutability}`, () => {
      const imageTagMutabilityExclusionFilters = filters.map((filter) => ({ filter }))

      assert.deepEqual(readTagSettings({ imageTagMutability, imageTagMutabilityExclusionFilters }), settings)
    })
  }

  it('takes what is not described for mutable, as ECR does', () => {
    assert.deepEqual(readTagSettings({}), { tags: 'movable', exceptions: [] })
  })

  it('throws for a setting of the future', () => {
    throws(() => readTagSettings({ imageTagMutability: 'FROZEN_ON_MONDAYS' }), {
      name: 'UnknownSettingError',
      setting: 'FROZEN_ON_MONDAYS',
      message: /FROZEN_ON_MONDAYS, which this version does not know/,
    })
  })
})

describe('writeTagSettings', () => {
  for (const [imageTagMutability, filters, settings] of rows) {
    it(`writes ${imageTagMutability}`, () => {
      assert.deepEqual(writeTagSettings(settings), {
        imageTagMutability,
        ...(filters.length > 0 && {
          imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
        }),
      })
    })
  }
})
