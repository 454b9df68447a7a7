import assert from 'node:assert/strict'
import { withPublishProgress } from '../../src/publish/publish-error.ts'
import { rejects } from '../support/problems.ts'

describe('withPublishProgress', () => {
  it('gives what comes of the step', async () => {
    assert.equal(await withPublishProgress({ tag: '1.0.0', moves: [] }, () => Promise.resolve(1)), 1)
  })

  it('says what stands where the step fails, and keeps the cause', async () => {
    const cause = new Error('ECR does not answer.')

    await rejects(
      withPublishProgress({ tag: '1.0.0', moves: [] }, () => Promise.reject(cause)),
      {
        name: 'PublishError',
        fault: { what: 'unfinished', progress: { tag: '1.0.0', moves: [] }, why: cause },
        cause,
        message: /1\.0\.0 stays published, with no floating tag on it; run again to finish the rest\.$/,
      },
    )
  })
})
