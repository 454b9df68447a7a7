import assert from 'node:assert/strict'
import { BuildFailedError } from '../../src/dockerfile-build/builder.ts'
import { recordChecks } from '../../src/integration-test/record-checks.ts'
import { TestFailedError } from '../../src/integration-test/test-failed-error.ts'
import { checkNames } from '../../src/integration-test/test-mode.ts'
import { fakeTime } from '../support/fake-time.ts'
import { told } from '../support/problems.ts'

describe('recordChecks', () => {
  const hideSecrets = (text: string) => text.replaceAll('geheim', '***')
  const { applicationBuilds, applicationStarts, requestAnswers } = checkNames

  it('keeps what comes of each check, and its time', async () => {
    const { now, sleep } = fakeTime()
    const recorder = recordChecks([applicationBuilds, applicationStarts, requestAnswers], {
      tell: told,
      hideSecrets,
      now,
    })

    assert.equal(await recorder.attempt(applicationBuilds, () => sleep(1500).then(() => 'done')), 'done')
    const exit = { code: 3, outOfMemory: false }
    const failure = new TestFailedError({ what: 'ended-early', exit, asked: 'GET /geheim' }, ['a geheim line'])
    await assert.rejects(
      recorder.attempt(applicationStarts, () => sleep(250).then(() => Promise.reject(failure))),
      failure,
    )

    assert.deepEqual(recorder.checks(), [
      { name: 'The application builds on it', seconds: 1.5, outcome: { kind: 'passed' } },
      {
        name: 'The application starts',
        seconds: 0.25,
        outcome: {
          kind: 'failed',
          message: 'The application ended with exit code 3 before it answered GET /***.',
          details: ['a *** line'],
        },
      },
      { name: 'The request answers', seconds: 0, outcome: { kind: 'skipped' } },
    ])
  })

  it('adds up the parts of a check, which fails with its last', async () => {
    const { now, sleep } = fakeTime()
    const recorder = recordChecks([applicationStarts], { tell: told, hideSecrets, now })
    const late = { code: 126, outOfMemory: false, error: 'late' }

    await recorder.attempt(applicationStarts, () => sleep(1000))
    await assert.rejects(
      recorder.attempt(applicationStarts, () =>
        sleep(500).then(() => Promise.reject(new TestFailedError({ what: 'not-started', exit: late }))),
      ),
    )

    assert.deepEqual(recorder.checks(), [
      {
        name: 'The application starts',
        seconds: 1.5,
        outcome: { kind: 'failed', message: 'The container of the application failed (late).', details: [] },
      },
    ])
  })

  it('keeps the last lines of a step that fails', async () => {
    const recorder = recordChecks([applicationBuilds], { tell: told, hideSecrets })

    const failed = recorder.attempt(applicationBuilds, () =>
      Promise.reject(new BuildFailedError('RUN x', 'exit code 1', ['geheim'])),
    )

    await assert.rejects(failed)
    assert.deepEqual(recorder.checks()[0]?.outcome, {
      kind: 'failed',
      message: 'The step "RUN x" failed: exit code 1.',
      details: ['***'],
    })
  })
})
