import assert from 'node:assert/strict'
import type { Result } from '../../../../sandbox/agent/contract.ts'
import { mergeIntoJob, mergeResults, parseResult } from '../../../../sandbox/agent/job/results.ts'

describe('mergeResults', () => {
  const rows: readonly (readonly [current: Result | undefined, next: Result, merged: Result])[] = [
    [undefined, 'Succeeded', 'Succeeded'],
    ['Succeeded', 'SucceededWithIssues', 'SucceededWithIssues'],
    ['Failed', 'Succeeded', 'Failed'],
    ['Failed', 'Canceled', 'Canceled'],
    ['Canceled', 'Skipped', 'Canceled'],
  ]
  for (const [current, next, merged] of rows) {
    it(`makes ${merged} of ${String(current)} and ${next}`, () => {
      assert.equal(mergeResults(current, next), merged)
    })
  }
})

describe('mergeIntoJob', () => {
  it('lets a skipped step leave the job as it is', () => {
    assert.equal(mergeIntoJob('SucceededWithIssues', 'Skipped'), 'SucceededWithIssues')
  })

  it('keeps the worst', () => {
    assert.equal(mergeIntoJob('Succeeded', 'SucceededWithIssues'), 'SucceededWithIssues')
    assert.equal(mergeIntoJob('Failed', 'SucceededWithIssues'), 'Failed')
    assert.equal(mergeIntoJob('Failed', 'Canceled'), 'Canceled')
    assert.equal(mergeIntoJob('Canceled', 'Failed'), 'Canceled')
  })
})

describe('parseResult', () => {
  it('knows the results of the agent in any case', () => {
    assert.equal(parseResult('succeededWITHissues'), 'SucceededWithIssues')
    assert.equal(parseResult('Cancelled'), undefined)
    assert.equal(parseResult(undefined), undefined)
  })
})
