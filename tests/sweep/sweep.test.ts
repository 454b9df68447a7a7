import assert from 'node:assert/strict'
import { localName } from '../../src/ownership/local-name.ts'
import { formatOwner } from '../../src/ownership/owner.ts'
import { sweep, withSweeps } from '../../src/sweep/sweep.ts'
import { aLocalImage, anOwner, aProcess } from '../support/builders.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { memoryEngine, type MemoryEngine } from '../support/memory-engine.ts'

const now = () => new Date('2026-11-23T12:34:57Z')
const machine = {
  self: aProcess(),
  lifeOf: ({ number }: { number: number }) => (number === 1000 ? 'alive' : 'dead'),
} as const
const own = formatOwner(anOwner(), '0a1b2c3d')
const dead = formatOwner(anOwner({ process: aProcess({ number: 1001 }) }), '0a1b2c3d')

describe('sweep', () => {
  let told: string[]
  let engine: MemoryEngine
  beforeEach(async () => {
    told = []
    engine = memoryEngine({ container: fakeContainer('http://127.0.0.1:1') })
    for (const owner of [own, dead]) {
      for (const role of ['test', 'base', 'image'] as const) engine.add(localName(role, owner), aLocalImage())
      await engine.run({ image: localName('test', owner), port: 80, environment: {}, owner })
    }
  })
  const ports = (holding = engine) => ({
    engine: holding,
    machine,
    now,
    log: { debug: (line: string) => told.push(line) },
  })

  it('removes what a dead run left, but for the image of its job', async () => {
    await sweep(undefined, ports())

    assert.deepEqual(engine.names, [
      ...['test', 'base', 'image'].map((role) => localName(role as 'test', own)),
      localName('image', dead),
    ])
    assert.equal(engine.containers, 1)
  })

  it('goes on where something cannot be removed, and says so', async () => {
    const removeContainer = () => Promise.reject(new Error('device busy'))
    await sweep(undefined, ports({ ...engine, names: [], containers: 0, removeContainer }))

    assert.equal(engine.containers, 2)
    assert.ok(!engine.names.includes(localName('test', dead)))
    assert.ok(told.some((line) => line.endsWith('stays for now: device busy')))
  })

  it('leaves the rest to the next sweep where the engine is too slow', async () => {
    let minutes = 0
    const removeContainer = () => {
      minutes = 3
      return Promise.reject(new Error('no answer'))
    }
    const later = () => new Date(now().getTime() + minutes * 60_000)

    await sweep(undefined, { ...ports({ ...engine, names: [], containers: 0, removeContainer }), now: later })

    assert.ok(engine.names.includes(localName('test', dead)))
    assert.equal(told.at(-1), `${localName('base', dead)} stays for now: the engine is too slow`)
  })

  it('knows a container of the engine that an owner ran in', async () => {
    const self = aProcess({ machine: 'ffff' })
    const inContainer = formatOwner(anOwner({ process: self, container: '0123456789ab' }), '0a1b2c3d')
    engine.add(localName('test', inContainer), aLocalImage())

    await sweep(undefined, ports())

    assert.ok(!engine.names.includes(localName('test', inContainer)))
  })

  describe('withSweeps', () => {
    it('sweeps before and after the work, and gives what it gave', async () => {
      const given = await withSweeps(own, ports(), () => {
        assert.ok(!engine.names.includes(localName('test', dead)))
        assert.ok(engine.names.includes(localName('test', own)))
        return Promise.resolve('done')
      })

      assert.equal(given, 'done')
      assert.equal(engine.containers, 0)
      assert.deepEqual(engine.names, [localName('image', own), localName('image', dead)])
    })

    it('sweeps after a failure, which stays what it was', async () => {
      await assert.rejects(
        withSweeps(own, ports(), () => Promise.reject(new Error('the build failed'))),
        /the build failed/,
      )

      assert.equal(engine.containers, 0)
    })

    it('does not hide how the work ended where the engine is gone afterwards', async () => {
      const list = () => engine.list()
      let isGone = false
      const vanishing = {
        ...engine,
        names: [],
        containers: 0,
        list: () => (isGone ? Promise.reject(new Error('gone')) : list()),
      }

      const given = await withSweeps(own, ports(vanishing), () => {
        isGone = true
        return Promise.resolve('done')
      })

      assert.equal(given, 'done')
      assert.equal(told.at(-1), 'The engine could not be swept: gone')
    })

    it('does nothing where the engine does not answer', async () => {
      const list = () => Promise.reject(new Error('Cannot reach the Docker engine'))
      const work = () => Promise.reject(new Error('not reached'))

      await assert.rejects(withSweeps(own, ports({ ...engine, names: [], containers: 0, list }), work), /Cannot reach/)
    })
  })
})
