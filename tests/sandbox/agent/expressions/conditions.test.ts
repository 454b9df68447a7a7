import assert from 'node:assert/strict'
import type { JobStatus } from '../../../../sandbox/agent/expressions/conditions.ts'
import { conditionHolds, parseCondition } from '../../../../sandbox/agent/expressions/conditions.ts'

describe('conditionHolds', () => {
  const statuses: readonly JobStatus[] = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled']
  const rows: readonly (readonly [condition: string, ...holds: boolean[]])[] = [
    ['succeeded()', true, true, false, false],
    ['failed()', false, false, true, false],
    ['succeededOrFailed()', true, true, true, false],
    ['canceled()', false, false, false, true],
    ['always()', true, true, true, true],
    [`and(succeeded(), eq(variables['check.updateNeeded'], 'true'))`, true, true, false, false],
    [`eq(variables['Check.UPDATENEEDED'], true)`, true, true, true, true],
    [`eq(variables['check.none'], '')`, true, true, true, true],
    [`variables['none']`, false, false, false, false],
  ]
  for (const [condition, ...holds] of rows) {
    it(`evaluates ${condition} for each status of the job`, () => {
      const variables = new Map([['check.updateNeeded', 'True']])

      const actual = statuses.map((status) => conditionHolds(parseCondition(condition), status, variables))

      assert.deepEqual(actual, holds)
    })
  }
})

describe('parseCondition', () => {
  const errors: readonly (readonly [condition: string, message: RegExp])[] = [
    [`dependencies.a.result`, /Unrecognized named-value: 'dependencies'/],
    [`eq($(x), 'a')`, /Unexpected symbol: '\$'/],
    [`succeeded('job')`, /Too many parameters supplied to 'succeeded'/],
    [`counter('a', 1)`, /Unrecognized function: 'counter'/],
  ]
  for (const [condition, message] of errors) {
    it(`refuses ${condition}`, () => {
      assert.throws(() => parseCondition(condition), { message })
    })
  }
})
