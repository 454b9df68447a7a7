import assert from 'node:assert/strict'
import type { Result } from '../../../../sandbox/agent/contract.ts'
import { worstOf } from '../../../../sandbox/agent/graph/outcomes.ts'

describe('worstOf', () => {
  const rows: readonly (readonly [results: readonly Result[], worst: Result])[] = [
    [[], 'Skipped'],
    [['Skipped', 'Skipped'], 'Skipped'],
    [['Skipped', 'Succeeded'], 'Succeeded'],
    [['Succeeded', 'SucceededWithIssues', 'Skipped'], 'SucceededWithIssues'],
    [['Failed', 'SucceededWithIssues'], 'Failed'],
    [['Canceled', 'Failed'], 'Canceled'],
  ]
  for (const [results, worst] of rows) {
    it(`is ${worst} for ${results.join(', ')}`, () => {
      assert.equal(worstOf(results), worst)
    })
  }
})
