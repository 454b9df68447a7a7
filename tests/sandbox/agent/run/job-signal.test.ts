import assert from 'node:assert/strict'
import sinon from 'sinon'
import { jobSignal } from '../../../../sandbox/agent/run/job-signal.ts'

describe('jobSignal', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  it('aborts when the time of the job is over, and says so', () => {
    const { signal, isTimedOut } = jobSignal(new AbortController().signal, 2)

    clock.tick(119_999)
    assert.equal(signal.aborted, false)
    clock.tick(1)

    assert.equal(signal.aborted, true)
    assert.equal(isTimedOut(), true)
  })

  it('aborts with the run', () => {
    const run = new AbortController()
    const { signal, isTimedOut } = jobSignal(run.signal, 2)

    run.abort()

    assert.equal(signal.aborted, true)
    assert.equal(isTimedOut(), false)
  })

  it('has no limit where none is given, nor one that a timer cannot count', () => {
    const signals = [0, 10_000_000].map((minutes) => jobSignal(new AbortController().signal, minutes))

    clock.tick(24 * 3_600_000)

    assert.deepEqual(
      signals.map(({ signal }) => signal.aborted),
      [false, false],
    )
  })

  it('lets a job run that starts although the run is canceled', () => {
    assert.equal(jobSignal(AbortSignal.abort(), 0).signal.aborted, false)
  })

  it('lets go at the end', () => {
    const run = new AbortController()
    const { signal, dispose } = jobSignal(run.signal, 1)

    dispose()
    run.abort()
    clock.tick(60_000)

    assert.equal(signal.aborted, false)
  })
})
