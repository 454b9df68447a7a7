import assert from 'node:assert/strict'
import { checkPlatformImage, type CheckRequest } from '../../src/check/check-platform-image.ts'
import type { Registry } from '../../src/check/registry.ts'
import type { Releases } from '../../src/check/releases.ts'
import { digestOf } from '../../src/model/digest.ts'
import { withDigest } from '../../src/model/reference.ts'
import { bookmarkTag } from '../../src/model/release-line.ts'
import { aLine, amd64, arm64, aspnet, labelsOf } from '../support/builders.ts'
import { memoryRegistry, type MemoryRegistry } from '../support/memory-registry.ts'
import { memoryRepository, type MemoryRepository } from '../support/memory-repository.ts'

const old = { 'linux/amd64': { ASPNET_VERSION: '10.0.13' }, 'linux/arm64': { ASPNET_VERSION: '10.0.13' } }
const moved = { 'linux/amd64': { ASPNET_VERSION: '10.0.14' }, 'linux/arm64': { ASPNET_VERSION: '10.0.14' } }
const othersMoved = { ...old, 'linux/arm64': { ASPNET_VERSION: '10.0.14' } }

const aRequest = (overrides: Partial<CheckRequest> = {}): CheckRequest => ({
  line: aLine(),
  base: aspnet,
  platform: amd64,
  forced: false,
  mirrors: {},
  run: 'project/2',
  ...overrides,
})

const check = (request: CheckRequest, registry: Registry, releases: Releases) =>
  checkPlatformImage(request, { registry, releases })

/** Publishes a release of the line, built on what the base's tag names now. */
async function release(
  repository: MemoryRepository,
  registry: MemoryRegistry,
  version = '1.0.0',
  { line = aLine(), run = 'project/1' } = {},
) {
  const digest = await registry.resolve(aspnet)
  const platformDigest = await registry.resolvePlatform(aspnet, digest, amd64)
  const labels = labelsOf({ line, base: { reference: aspnet, digest, platformDigest } }, run)
  const pushed = repository.push(`${line.tagPrefix}-${version}`, { labels, environment: { ASPNET_VERSION: '10.0.13' } })
  await repository.pointTag(bookmarkTag(line), pushed)
  return { digest: pushed, base: { digest, platformDigest } }
}

describe('checkPlatformImage', () => {
  let registry: MemoryRegistry
  let repository: MemoryRepository

  beforeEach(() => {
    registry = memoryRegistry()
    repository = memoryRepository()
    registry.publish(aspnet, old)
  })

  it('asks the registry one question where the release is up to date', async () => {
    const { digest, base } = await release(repository, registry)
    const before = registry.asked.length

    const decision = await check(aRequest(), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
    assert.deepEqual(decision.current, { version: '1.0.0', tag: '10.0-noble-1.0.0', digest })
    assert.deepEqual(decision.base, { reference: aspnet, digest: base.digest })
    assert.deepEqual(decision.previousBase, { digest: base.digest, version: '10.0.13' })
    assert.equal(decision.next, undefined)
    assert.deepEqual(registry.asked.slice(before), ['resolve'])
  })

  it('plans the next minor version on the new base where the base moved', async () => {
    const { digest, base } = await release(repository, registry, '1.9.0')
    const now = registry.publish(aspnet, moved)
    const platformDigest = await registry.resolvePlatform(aspnet, now, amd64)

    const decision = await check(aRequest({ mirrors: { 'mcr.microsoft.com': 'm.example' } }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'base-moved' })
    assert.deepEqual(decision.base, { reference: aspnet, digest: now, version: '10.0.14' })
    assert.equal(decision.previousBase.digest, base.digest)
    assert.deepEqual(decision.next, {
      version: '1.10.0',
      tag: '10.0-noble-1.10.0',
      record: {
        line: aLine(),
        replaces: `10.0-noble-1.9.0@${digest}`,
        reason: 'base-moved',
        platform: amd64,
        base: { reference: aspnet, digest: now, platformDigest },
        mirrors: { 'mcr.microsoft.com': 'm.example' },
      },
    })
  })

  it('wants an interrupted publish finished, which the bookmark tells', async () => {
    await release(repository, registry)
    const { digest } = await release(repository, registry, '1.1.0', { run: 'project/3' })
    const first = (await repository.tags())?.get('10.0-noble-1.0.0') ?? digest
    await repository.pointTag('10.0-noble-current', first)

    const decision = await check(aRequest(), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'unfinished', rule: 'index-digest' })
    assert.match(decision.explanation, /10\.0-noble-1\.1\.0 is built on .* Its publish was interrupted/)
    assert.equal(decision.next, undefined)
  })

  it('is up to date where the tag moved for other platforms only', async () => {
    await release(repository, registry)
    registry.publish(aspnet, othersMoved)
    const before = registry.asked.length

    const decision = await check(aRequest(), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'platform-digest' })
    assert.deepEqual(registry.asked.slice(before), ['resolve', 'resolvePlatform'])
  })

  for (const exists of [false, true]) {
    it(`plans 1.0.0 where the repository ${exists ? 'is empty' : 'is missing'}`, async () => {
      const decision = await check(aRequest(), registry, memoryRepository({ exists }))

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'first-release' })
      assert.equal(decision.repositoryExists, exists)
      assert.equal(decision.current, undefined)
      assert.equal(decision.next?.tag, '10.0-noble-1.0.0')
      assert.equal(decision.next.record.replaces, 'none')
    })
  }

  it('plans 1.0.0 for a second line in a repository, and leaves the first alone', async () => {
    await release(repository, registry, '7.0.0', { line: aLine({ tagPrefix: '8.0-noble' }) })
    repository.push('latest', { labels: labelsOf({ line: aLine({ tagPrefix: '8.0-noble' }) }) })

    const ours = await check(aRequest(), registry, repository)
    const theirs = await check(aRequest({ line: aLine({ tagPrefix: '8.0-noble' }) }), registry, repository)

    assert.equal(ours.next?.tag, '10.0-noble-1.0.0')
    assert.equal(theirs.verdict.kind, 'up-to-date')
  })

  it('goes by the highest version, though latest was rolled back', async () => {
    const first = await release(repository, registry, '1.2.0')
    await release(repository, registry, '1.4.0', { run: 'project/9' })
    await repository.pointTag('latest', first.digest)
    registry.publish(aspnet, moved)

    const decision = await check(aRequest(), registry, repository)

    assert.equal(decision.current?.tag, '10.0-noble-1.4.0')
    assert.equal(decision.next?.tag, '10.0-noble-1.5.0')
  })

  it('rebuilds where it is forced, and says what is in the base', async () => {
    await release(repository, registry)

    const decision = await check(aRequest({ forced: true }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'forced' })
    assert.equal(decision.next?.tag, '10.0-noble-1.1.0')
    assert.equal(decision.base.version, '10.0.13')
  })

  it('releases once in a forced run, however often it is repeated', async () => {
    await release(repository, registry, '1.1.0', { run: 'project/2' })

    const decision = await check(aRequest({ forced: true, run: 'project/2' }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
  })

  it('rebuilds what was made for another platform', async () => {
    await release(repository, registry)

    const decision = await check(aRequest({ platform: arm64 }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'platform-changed' })
    assert.deepEqual(decision.next?.record.platform, arm64)
  })

  for (const [what, labels] of [
    ['no record', {}],
    ['only the record of another line, inherited', labelsOf({ line: aLine({ repositoryName: 'platform/runtime' }) })],
  ] as const) {
    it(`rebuilds a release that carries ${what}`, async () => {
      repository.push('10.0-noble-1.0.0', { labels })

      const decision = await check(aRequest(), registry, repository)

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'unverifiable' })
      assert.deepEqual(decision.previousBase, {})
      assert.equal(decision.next?.tag, '10.0-noble-1.1.0')
    })
  }

  it('judges a pinned FROM by its digest', async () => {
    const { base } = await release(repository, registry)
    registry.publish(aspnet, moved)

    const decision = await check(aRequest({ base: withDigest(aspnet, base.digest) }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
  })

  it('says why', async () => {
    const { explanation } = await check(aRequest(), registry, repository)

    assert.match(explanation, /^platform\/aspnet has no release of this line yet/)
  })

  const failing = <T extends object>(real: T, method: keyof T): T => ({
    ...real,
    [method]: () => Promise.reject(new Error('429 TOOMANYREQUESTS')),
  })
  const failures: readonly (readonly [what: string, () => { registry: Registry; releases: Releases }])[] = [
    ['the base cannot be asked for', () => ({ registry: failing(registry, 'resolve'), releases: repository })],
    ['its platforms cannot be read', () => ({ registry: failing(registry, 'resolvePlatform'), releases: repository })],
    ['the new base cannot be read', () => ({ registry: failing(registry, 'readConfig'), releases: repository })],
    ['the tags cannot be listed', () => ({ registry, releases: failing(repository, 'tags') })],
    ['the release cannot be read', () => ({ registry, releases: failing(repository, 'readConfig') })],
  ]
  for (const [what, outside] of failures) {
    it(`throws where ${what}`, async () => {
      await release(repository, registry)
      registry.publish(aspnet, moved)
      const { registry: asked, releases } = outside()

      await assert.rejects(check(aRequest(), asked, releases), { message: '429 TOOMANYREQUESTS' })
    })
  }

  it('throws where the base has no image for the platform', async () => {
    await release(repository, registry)
    registry.publish(aspnet, { 'linux/s390x': {} })

    await assert.rejects(check(aRequest(), registry, repository), { message: /no linux\/amd64, only linux\/s390x/ })
  })

  it('throws where the base is not there', async () => {
    await assert.rejects(check(aRequest({ base: withDigest(aspnet, digestOf('gone')) }), registry, repository), {
      message: /Cannot read mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/,
    })
  })
})
