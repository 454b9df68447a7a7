import assert from 'node:assert/strict'
import { awaitExit } from '../../src/integration-test/await-exit.ts'
import { StepError } from '../../src/model/step-error.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { fakeTime } from '../support/fake-time.ts'
import { rejects } from '../support/problems.ts'

describe('awaitExit', () => {
  it('is content with an application that ends with 0', async () => {
    const container = fakeContainer('')
    const waiting = awaitExit(container, { timeLimit: 600, sleep: fakeTime().sleep })

    container.exit({ code: 0, outOfMemory: false })

    await waiting
  })

  const exits = [
    [{ code: 3, outOfMemory: false }, 'The application ended with exit code 3 instead of 0.'],
    [{ code: 137, outOfMemory: true }, 'The application ended with exit code 137, out of memory, instead of 0.'],
    [
      { code: 126, outOfMemory: false, error: 'no such file' },
      'The container of the application failed (no such file).',
    ],
  ] as const
  for (const [exit, message] of exits) {
    it(`fails where it ends with ${String(exit.code)}, with its last lines`, async () => {
      const container = fakeContainer('', ['Unhandled exception.'])
      const waiting = awaitExit(container, { timeLimit: 600, sleep: fakeTime().sleep })

      container.exit(exit)

      await rejects(waiting, {
        name: 'TestFailedError',
        failure: { what: 'ended-badly', exit },
        message,
        details: ['What the application printed:', '  Unhandled exception.'],
      })
    })
  }

  it('fails at the time limit, and not before it', async () => {
    const { now, sleep } = fakeTime()
    const started = now()

    await rejects(awaitExit(fakeContainer(''), { timeLimit: 60, sleep }), {
      name: 'TestFailedError',
      failure: { what: 'does-not-end', timeLimit: 60 },
      message:
        /^The application did not end within 60 s\. If it is a service, give "request" in the input "testMode"\.$/,
    })
    assert.equal(now() - started, 60_000)
  })

  it('ends with the reason of a cancel', async () => {
    const cancelled = new AbortController()
    const { signal } = cancelled
    const waiting = awaitExit(fakeContainer(''), { timeLimit: 600, signal, sleep: fakeTime().sleep })

    cancelled.abort(new StepError('cancelled'))

    await rejects(waiting, { name: 'StepError', message: 'The job was cancelled, or the step reached its time limit.' })
  })
})
