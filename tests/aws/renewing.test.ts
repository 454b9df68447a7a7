import assert from 'node:assert/strict'
import { renewing } from '../../src/aws/renewing.ts'

const minute = 60_000

/** A source of keys that end after 15 minutes, and a clock to turn. */
function aSource({ fails = 0 } = {}) {
  const state = { now: 0, opened: 0 }
  const key = renewing(
    async () => {
      state.opened += 1
      if (state.opened <= fails) return Promise.reject(new Error('not now'))
      const expiration = new Date(state.now + 15 * minute)
      return Promise.resolve({ accessKeyId: `ASIA${String(state.opened)}`, secretAccessKey: 'x', expiration })
    },
    () => state.now,
  )
  return { state, key }
}

describe('renewing', () => {
  it('keeps a key until five minutes before its end', async () => {
    const { state, key } = aSource()

    const first = await key()
    state.now = 10 * minute - 1
    assert.equal(await key(), first)
    state.now = 10 * minute
    assert.equal((await key()).accessKeyId, 'ASIA2')
  })

  it('opens one session for all who ask at once, also when it has to be renewed', async () => {
    const { state, key } = aSource()

    await Promise.all([key(), key(), key()])
    state.now = 14 * minute
    await Promise.all([key(), key(), key()])

    assert.equal(state.opened, 2)
  })

  it('asks again after a failure', async () => {
    const { key } = aSource({ fails: 1 })

    await assert.rejects(key(), /not now/)
    assert.equal((await key()).accessKeyId, 'ASIA2')
  })

  it('keeps a key without an end', async () => {
    let opened = 0
    const key = renewing(() => Promise.resolve({ accessKeyId: String(++opened), secretAccessKey: 'x' }))

    assert.equal(await key(), await key())
  })
})
