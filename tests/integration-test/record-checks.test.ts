import assert from 'node:assert/strict'
import { BuildFailedError } from '../../src/dockerfile-build/builder.ts'
import { recordChecks } from '../../src/integration-test/record-checks.ts'
import { TestFailedError } from '../../src/integration-test/test-failed-error.ts'
import { fakeTime } from '../support/fake-time.ts'

describe('recordChecks', () => {
  const hideSecrets = (text: string) => text.replaceAll('geheim', '***')

  it('keeps what comes of each case, and its time', async () => {
    const { now, sleep } = fakeTime()
    const recorder = recordChecks(['one', 'two', 'three'], { hideSecrets, now })

    assert.equal(await recorder.attempt('one', () => sleep(1500).then(() => 'done')), 'done')
    const failure = new TestFailedError('No answer to geheim.', ['a geheim line'])
    await assert.rejects(
      recorder.attempt('two', () => sleep(250).then(() => Promise.reject(failure))),
      failure,
    )

    assert.deepEqual(recorder.checks(), [
      { name: 'one', seconds: 1.5, outcome: { kind: 'passed' } },
      {
        name: 'two',
        seconds: 0.25,
        outcome: { kind: 'failed', message: 'No answer to ***.', details: ['a *** line'] },
      },
      { name: 'three', seconds: 0, outcome: { kind: 'skipped' } },
    ])
  })

  it('adds up the parts of a case, which fails with its last', async () => {
    const { now, sleep } = fakeTime()
    const recorder = recordChecks(['one'], { hideSecrets, now })

    await recorder.attempt('one', () => sleep(1000))
    await assert.rejects(recorder.attempt('one', () => sleep(500).then(() => Promise.reject(new Error('late')))))

    assert.deepEqual(recorder.checks(), [
      { name: 'one', seconds: 1.5, outcome: { kind: 'failed', message: 'late', details: [] } },
    ])
  })

  it('keeps the last lines of a step that fails', async () => {
    const recorder = recordChecks(['one'], { hideSecrets })

    const failed = recorder.attempt('one', () =>
      Promise.reject(new BuildFailedError('RUN x', 'exit code 1', ['geheim'])),
    )

    await assert.rejects(failed)
    assert.deepEqual(recorder.checks()[0]?.outcome, {
      kind: 'failed',
      message: 'The step "RUN x" failed: exit code 1',
      details: ['***'],
    })
  })
})
