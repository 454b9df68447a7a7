import assert from 'node:assert/strict'
import { abortAfter, withDeadline } from '../../../src/docker/connection/deadline.ts'

const late = () => new Error('too late')
const never = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('broken off'))
    })
  })

describe('withDeadline', () => {
  const end = new AbortController().signal

  it('gives what the work gave, or how it failed', async () => {
    assert.equal(await withDeadline({ within: 1000, late, end }, () => Promise.resolve('done')), 'done')
    await assert.rejects(
      withDeadline({ within: 1000, late, end }, () => Promise.reject(new Error('failed'))),
      /failed/,
    )
  })

  it('ends what takes too long', async () => {
    await assert.rejects(withDeadline({ within: 10, late, end }, never), /too late/)
  })

  it('ends it when it is told to, with the reason for that', async () => {
    const stop = new AbortController()
    const working = withDeadline({ within: 60_000, late, end: stop.signal }, never)

    stop.abort(new Error('cancelled'))

    await assert.rejects(working, /cancelled/)
  })

  it('begins nothing after its end', async () => {
    let begun = false
    const work = () => Promise.resolve((begun = true))

    await assert.rejects(withDeadline({ within: 10, late, end: AbortSignal.abort(late()) }, work), /too late/)
    assert.equal(begun, false)
  })
})

describe('abortAfter', () => {
  const aborted = (signal: AbortSignal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(signal.reason)
      })
      // The timer alone would not keep this process.
      setTimeout(resolve, 2000)
    })

  it('follows a signal, also one that was aborted before', async () => {
    const first = new AbortController()
    const after = abortAfter(first.signal, 10, late)
    assert.equal(after.aborted, false)
    first.abort()

    assert.deepEqual(await aborted(after), late())
    assert.deepEqual(await aborted(abortAfter(AbortSignal.abort(), 10, late)), late())
  })
})
