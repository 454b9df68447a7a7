import assert from 'node:assert/strict'
import type { Registry } from '../../src/check/registry.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import { parseReference, type Reference, withDigest } from '../../src/model/reference.ts'
import { amd64, arm64 } from './builders.ts'
import type { PublishedPlatforms } from './memory-registry.ts'
import { rejects } from './problems.ts'

/** A registry of base images, and the way to publish in it. */
export interface RegistryUnderTest {
  readonly registry: Registry
  /** Moves a tag to an image index of these platforms and gives its digest. */
  publish(reference: Reference, platforms: PublishedPlatforms): Promise<Digest>
  stop(): Promise<void>
}

/** What every Registry does, be it a real one or the one in memory. */
export function registryContract(start: () => Promise<RegistryUnderTest>): void {
  const reference = parseReference('mcr.microsoft.com/dotnet/aspnet:10.0')
  const platforms = { 'linux/amd64': { ASPNET_VERSION: '10.0.13' }, 'linux/arm64/v8': { ASPNET_VERSION: '10.0.12' } }
  let subject: RegistryUnderTest
  let digest: Digest

  before(async () => {
    subject = await start()
    digest = await subject.publish(reference, platforms)
  })
  after(() => subject.stop())

  it('resolves a tag to the digest of its index', async () => {
    assert.equal(await subject.registry.resolve(reference), digest)
  })

  it('sees a tag move', async () => {
    const moving = { ...reference, tag: 'moving' }
    const before = await subject.publish(moving, { 'linux/amd64': { V: '1' } })
    const after = await subject.publish(moving, { 'linux/amd64': { V: '2' } })

    assert.notEqual(before, after)
    assert.equal(await subject.registry.resolve(moving), after)
  })

  it('takes a digest for what it is', async () => {
    assert.equal(await subject.registry.resolve(withDigest(reference, digestOf('pinned'))), digestOf('pinned'))
  })

  it('gives each platform its own image', async () => {
    const [one, other] = await Promise.all([
      subject.registry.resolvePlatform(reference, digest, amd64),
      subject.registry.resolvePlatform(reference, digest, arm64),
    ])

    assert.equal((await subject.registry.readConfig(reference, one)).environment.ASPNET_VERSION, '10.0.13')
    assert.equal((await subject.registry.readConfig(reference, other)).environment.ASPNET_VERSION, '10.0.12')
  })

  it('refuses an image of one platform for another one', async () => {
    const image = await subject.registry.resolvePlatform(reference, digest, amd64)

    await rejects(async () => subject.registry.resolvePlatform(reference, image, arm64), {
      message: /it has no linux\/arm64\/v8, only linux\/amd64/,
    })
  })

  it('gives the digest itself where it stands for one platform', async () => {
    const image = await subject.registry.resolvePlatform(reference, digest, amd64)

    assert.equal(await subject.registry.resolvePlatform(reference, image, amd64), image)
  })

  it('says the same each time it is asked, also at the same time', async () => {
    const ask = async () => {
      const image = await subject.registry.resolvePlatform(reference, digest, amd64)
      return [image, await subject.registry.readConfig(reference, image)]
    }

    const [one, other] = await Promise.all([ask(), ask()])

    assert.deepEqual(one, other)
    assert.deepEqual(await ask(), one)
  })

  it('keeps repositories apart', async () => {
    const other = parseReference('mcr.microsoft.com/dotnet/runtime:10.0')
    const otherDigest = await subject.publish(other, { 'linux/amd64': { DOTNET_VERSION: '10.0.13' } })

    assert.equal(await subject.registry.resolve(other), otherDigest)
    assert.equal(await subject.registry.resolve(reference), digest)
  })

  it('lists the platforms where the wanted one is missing', async () => {
    await rejects(subject.registry.resolvePlatform(reference, digest, { os: 'linux', architecture: 's390x' }), {
      message: /no linux\/s390x, only linux\/amd64, linux\/arm64\/v8/,
    })
  })

  it('throws for a tag and for a digest that are not there', async () => {
    const gone = { ...reference, tag: 'gone' }

    await rejects(subject.registry.resolve(gone), { message: /^Cannot read .*dotnet\/aspnet:gone/ })
    await rejects(subject.registry.resolvePlatform(reference, digestOf('gone'), amd64), {
      message: /^Cannot read .*dotnet\/aspnet/,
    })
    await rejects(subject.registry.readConfig(reference, digestOf('gone')), { message: /^Cannot read / })
  })
}
