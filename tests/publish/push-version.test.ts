import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { parseReference } from '../../src/model/reference.ts'
import { type ImagePush, PushRefusedError, type Refusal } from '../../src/publish/image-store.ts'
import { pushVersion } from '../../src/publish/push-version.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { memoryRepository } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const target = parseReference('host/platform/aspnet:1.0.0')
const digest = digestOf('pushed')

/** A registry that refuses the first pushes for these reasons, and credentials that are new each time. */
function start(refusals: readonly Refusal[]) {
  let issued = 0
  const used: string[] = []
  const repository = {
    ...memoryRepository(),
    credentials: () => Promise.resolve({ username: 'AWS', password: `token ${String((issued += 1))}` }),
  }
  const store = {
    ...memoryEngine(),
    push({ credentials, onProgress }: ImagePush) {
      const refusal = refusals[used.length]
      used.push(credentials.password)
      onProgress?.({ sent: 12_345_678, total: 100_000_000 })
      if (refusal !== undefined)
        return Promise.reject(new PushRefusedError({ operation: 'push it', refusal, words: 'no' }))
      return Promise.resolve(digest)
    },
  }
  return { repository, store, log: capturedLog(), used }
}

describe('pushVersion', () => {
  it('tells how far it is', async () => {
    const { used, ...ports } = start([])

    assert.equal(await pushVersion({ name: 'image' }, target, ports), digest)
    assert.deepEqual(ports.log.lines, ['Pushed 12.3 MB of 100 MB'])
    assert.deepEqual(used, ['token 1'])
  })

  for (const refusal of ['unauthorized', 'forbidden'] as const) {
    it(`renews credentials that are ${refusal}, once`, async () => {
      const { used, ...ports } = start([refusal])

      assert.equal(await pushVersion({ name: 'image' }, target, ports), digest)
      assert.deepEqual(used, ['token 1', 'token 2'])
    })

    it(`gives up where new credentials are ${refusal} as well`, async () => {
      const { used, ...ports } = start([refusal, refusal])

      await rejects(pushVersion({ name: 'image' }, target, ports), { refusal })
      assert.equal(used.length, 2)
    })
  }

  for (const refusal of ['tag-frozen', 'busy', 'disk-full', 'unknown'] as const) {
    it(`does not try again after ${refusal}`, async () => {
      const { used, ...ports } = start([refusal])

      await rejects(pushVersion({ name: 'image' }, target, ports), { refusal })
      assert.equal(used.length, 1)
    })
  }

  it('does not try again after a fault of the engine', async () => {
    const { used, ...ports } = start([])
    const store = { ...ports.store, push: () => Promise.reject(new Error('no engine')) }

    await assert.rejects(pushVersion({ name: 'image' }, target, { ...ports, store }), { message: 'no engine' })
    assert.deepEqual(used, [])
  })
})
