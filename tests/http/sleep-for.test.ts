import assert from 'node:assert/strict'
import { sleepFor } from '../../src/http/sleep-for.ts'

describe('sleepFor', () => {
  it('ends when the time is over', async () => {
    const started = performance.now()

    await sleepFor(20, new AbortController().signal)

    assert.ok(performance.now() - started >= 19)
  })

  it('ends early and without an error when it is aborted, also before it began', async () => {
    const hour = 3_600_000
    const later = new AbortController()
    const sleeping = sleepFor(hour, later.signal)
    later.abort()

    await sleeping
    await sleepFor(hour, AbortSignal.abort())
  })
})
