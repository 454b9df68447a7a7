import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { BuildProgress } from '../../src/dockerfile-build/builder.ts'
import type { BuildEngine } from '../../src/build-image/engine.ts'
import type { TestEngine } from '../../src/integration-test/engine.ts'
import type { ImageStore } from '../../src/publish/image-store.ts'
import type { LocalImage } from '../../src/model/local-image.ts'
import { digestOf } from '../../src/model/digest.ts'
import { type Reference, withDigest } from '../../src/model/reference.ts'
import { testContainerName, testContainerOwner } from '../../src/ownership/test-container.ts'
import type { SweepEngine } from '../../src/sweep/engine.ts'
import { rejects } from './problems.ts'
import { amd64 } from './builders.ts'

/** A container engine, and what is in it and around it. */
export interface EngineUnderContract {
  readonly engine: BuildEngine & TestEngine & Pick<ImageStore, 'inspect'> & SweepEngine
  /** The local name of an image whose containers run until they are removed. */
  readonly base: string
  /** An image that can be pulled, with its digest. */
  readonly offered: Reference
  /** An empty folder. */
  readonly context: string
  stop(): Promise<void>
}

const mine = 'localhost/engine-contract'

/** What every engine does, be it a real one or the one in memory. */
export function engineContract(start: () => Promise<EngineUnderContract>): void {
  let subject: EngineUnderContract
  before(async () => {
    subject = await start()
  })
  after(() => subject.stop())

  function build(dockerfileText: string, name: string, told: BuildProgress[] = []): Promise<LocalImage> {
    return subject.engine.build({
      context: subject.context,
      dockerfile: join(subject.context, 'Dockerfile'),
      dockerfileText,
      name,
      platform: amd64,
      buildArguments: {},
      labels: { kind: 'built' },
      onProgress: (progress) => told.push(progress),
    })
  }

  async function names(): Promise<readonly string[]> {
    return (await subject.engine.list()).images.flatMap((image) => image.names)
  }

  describe('build', () => {
    const name = `${mine}/built:1`
    afterEach(() => subject.engine.remove(name))

    it('gives the image its name and its labels, on the layers of its base', async () => {
      const told: BuildProgress[] = []

      const image = await build(`FROM ${subject.base}\nLABEL more=yes\n`, name, told)

      const { engine, base } = subject
      assert.deepEqual(await engine.inspect(name), image)
      assert.equal(image.labels.kind, 'built')
      const baseLayers = (await engine.inspect(base))?.layers ?? []
      assert.deepEqual(image.layers.slice(0, baseLayers.length), baseLayers)
      assert.ok(told.some(({ kind }) => kind === 'step'))
      assert.ok((await names()).includes(name))
    })

    it('leaves no image of this name where it fails', async () => {
      await assert.rejects(build(`FROM ${mine}/absent:1\n`, name))

      assert.equal(await subject.engine.inspect(name), undefined)
    })
  })

  describe('remove', () => {
    it('takes one name, and leaves the image its others', async () => {
      const { engine, base } = subject
      const [one, other] = [`${mine}/removed:1`, `${mine}/removed:2`]
      const text = `FROM ${base}\nLABEL same=yes\n`
      await build(text, one)
      const image = await build(text, other)

      await engine.remove(one)

      assert.equal(await engine.inspect(one), undefined)
      assert.equal((await engine.inspect(other))?.id, image.id)
      await engine.remove(other)
      assert.equal(await engine.inspect(other), undefined)
    })

    it('is content where there is no such name', async () => {
      await subject.engine.remove(`${mine}/absent:1`)
    })
  })

  describe('pull', () => {
    const name = `${mine}/pulled:1`

    it('fetches by digest, under the name it is told', async () => {
      const { engine, offered } = subject

      const image = await engine.pull({ reference: offered, platform: amd64, name })

      assert.deepEqual(await engine.inspect(name), image)
      await engine.remove(name)
      assert.equal(await engine.inspect(name), undefined)
    })

    it('says what is not there', async () => {
      const absent = withDigest(subject.offered, digestOf('absent'))

      await rejects(subject.engine.pull({ reference: absent, platform: amd64, name }), { name: 'PullRefusedError' })
      assert.equal(await subject.engine.inspect(name), undefined)
    })
  })

  describe('run', () => {
    const owner = 'engine-contract'
    const ours = async () =>
      (await subject.engine.list()).containers.filter(({ name, labels }) => testContainerOwner(name, labels) === owner)

    it('starts a container that bears its owner, until it is removed', async () => {
      const { engine, base } = subject
      const container = await engine.run({ image: base, port: 8080, environment: {}, owner })

      const [listed, ...others] = await ours()
      assert.equal(listed?.name, testContainerName(owner))
      assert.equal(listed.isRunning, true)
      assert.deepEqual(others, [])
      assert.match(container.address, /^http:\/\/127\.0\.0\.1:\d+$/)

      await container.remove()
      await container.remove()
      assert.deepEqual(await ours(), [])
    })

    it('starts a container that can be removed by its id alone', async () => {
      const { engine, base } = subject
      await engine.run({ image: base, port: 8080, environment: {}, owner })
      const [listed] = await ours()

      await engine.removeContainer(listed?.id ?? '')
      await engine.removeContainer(listed?.id ?? '')

      assert.deepEqual(await ours(), [])
    })

    it('fails where there is no such image', async () => {
      await assert.rejects(subject.engine.run({ image: `${mine}/absent:1`, port: 8080, environment: {}, owner }))

      assert.deepEqual(await ours(), [])
    })
  })
}
