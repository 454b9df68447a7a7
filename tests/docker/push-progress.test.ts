import assert from 'node:assert/strict'
import sinon from 'sinon'
import type { PushProgress } from '../../src/publish/image-store.ts'
import { followPush } from '../../src/docker/push-progress.ts'

describe('followPush', () => {
  let clock: sinon.SinonFakeTimers
  let told: PushProgress[]

  beforeEach(() => {
    clock = sinon.useFakeTimers()
    told = []
  })
  afterEach(() => {
    clock.restore()
  })

  const pushing = (id: string, current: number, total?: number) => ({
    id,
    status: 'Pushing',
    progressDetail: { current, ...(total !== undefined && { total }) },
  })

  it('tells the sum of all layers, at most every five seconds', () => {
    const follow = followPush((progress) => told.push(progress))

    follow(pushing('a', 10, 100))
    clock.tick(4999)
    follow(pushing('a', 50, 100))
    clock.tick(1)
    follow(pushing('b', 5, 1000))
    follow(pushing('b', 6, 1000))
    clock.tick(5000)
    follow(pushing('a', 100, 100))

    assert.deepEqual(told, [
      { sent: 55, total: 1100 },
      { sent: 106, total: 1100 },
    ])
  })

  it('never tells more sent than there is', () => {
    const follow = followPush((progress) => told.push(progress))

    clock.tick(5000)
    follow(pushing('a', 150, 100))
    clock.tick(5000)
    follow(pushing('b', 7))

    assert.deepEqual(told, [
      { sent: 150, total: 150 },
      { sent: 157, total: 157 },
    ])
  })

  it('hears nothing in messages of another kind', () => {
    const follow = followPush((progress) => told.push(progress))

    clock.tick(5000)
    for (const message of [
      { id: 'a', status: 'Pushed' },
      { status: 'latest: digest: sha256:0 size: 1' },
      { aux: {} },
    ]) {
      follow(message)
    }
    follow({ id: 'a', status: 'Preparing', progressDetail: {} })

    assert.deepEqual(told, [])
  })
})
