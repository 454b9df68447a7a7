import assert from 'node:assert/strict'
import { describeProgress, withPublishProgress } from '../../src/publish/publish-progress.ts'
import { rejects } from '../support/problems.ts'

describe('describeProgress', () => {
  it('names the tags that are on the version, and no other', () => {
    const moves = (['moved', 'unchanged', 'frozen', 'left', 'passed-on'] as const).map((outcome) => ({
      tag: outcome,
      outcome,
    }))

    assert.equal(describeProgress({ tag: '1.0.0', moves }), '1.0.0 stays published, with moved, unchanged on it')
    assert.equal(describeProgress({ tag: '1.0.0', moves: [] }), '1.0.0 stays published, with no floating tag on it')
  })
})

describe('withPublishProgress', () => {
  it('gives what comes of the step', async () => {
    assert.equal(await withPublishProgress({ tag: '1.0.0', moves: [] }, () => Promise.resolve(1)), 1)
  })

  it('says what stands where the step fails, and keeps the cause', async () => {
    const cause = new Error('ECR does not answer.')

    await rejects(
      withPublishProgress({ tag: '1.0.0', moves: [] }, () => Promise.reject(cause)),
      {
        message:
          'ECR does not answer. 1.0.0 stays published, with no floating tag on it; run again to finish the rest.',
        cause,
      },
    )
  })
})
