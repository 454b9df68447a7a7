import assert from 'node:assert/strict'
import fc from 'fast-check'
import semver from 'semver'
import { checkBaseAlone, checkPlatformImage } from '../../src/check/check-platform-image.ts'
import type { CheckPorts, CheckRequest } from '../../src/check/check-request.ts'
import type { Support } from '../../src/check/judge-support.ts'
import type { Registry } from '../../src/check/registry.ts'
import type { Releases } from '../../src/check/releases.ts'
import { type BuildRecord, formatReplaced } from '../../src/model/build-record.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { ImageConfig } from '../../src/model/image-config.ts'
import { withDigest } from '../../src/model/reference.ts'
import { bookmarkTag, versionOf } from '../../src/model/release-line.ts'
import {
  aRecord,
  aReleaseLine,
  amd64,
  aPolicy,
  aPurpose,
  arm64,
  aspnet,
  aSupportPolicy,
  labelsOf,
  aCheckRequest,
} from '../support/builders.ts'
import { memoryRegistry, type MemoryRegistry, type PublishedPlatforms } from '../support/memory-registry.ts'
import { memoryRepository, type MemoryRepository } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const old = { 'linux/amd64': { ASPNET_VERSION: '10.0.13' }, 'linux/arm64': { ASPNET_VERSION: '10.0.13' } }
const moved = { 'linux/amd64': { ASPNET_VERSION: '10.0.14' }, 'linux/arm64': { ASPNET_VERSION: '10.0.14' } }
const othersMoved = { ...old, 'linux/arm64': { ASPNET_VERSION: '10.0.14' } }

/** A day after the first push of the memory repository. */
const now = new Date('2026-11-24T12:00:00Z')
const catalogueAsked = new Error('The catalogue was asked.')
const unasked = () => Promise.reject(catalogueAsked)

const check = (request: CheckRequest, registry: Registry, releases: Releases, overrides: Partial<CheckPorts> = {}) =>
  checkPlatformImage(request, {
    registry,
    releases,
    movedAt: unasked,
    hashContext: () => Promise.resolve('v1:same'),
    now,
    ...overrides,
  })

/** Publishes a release of the line, built on what the base's tag names now. */
async function release(
  repository: MemoryRepository,
  registry: MemoryRegistry,
  version = '1.0.0',
  {
    releaseLine: releaseLine = aReleaseLine(),
    run = 'project/1',
    ...made
  }: Partial<BuildRecord> & { run?: string } = {},
) {
  const digest = await registry.resolve(aspnet)
  const platformDigest = await registry.resolvePlatform(aspnet, digest, amd64)
  const labels = labelsOf({ ...made, releaseLine, base: { reference: aspnet, digest, platformDigest } }, run)
  const pushed = repository.push(`${releaseLine.tagPrefix}-${version}`, {
    labels,
    environment: { ASPNET_VERSION: '10.0.13' },
  })
  await repository.pointTag(bookmarkTag(releaseLine), pushed)
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
    let hashes = 0
    const hashContext = () => Promise.resolve(`v1:${String((hashes += 1))}`)

    const decision = await check(aCheckRequest(), registry, repository, { hashContext })

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
    assert.deepEqual(repository.asked, ['list', 'readConfig'])
    assert.equal(hashes, 0)
    assert.deepEqual(decision.current, { version: '1.0.0', tag: '10.0-noble-1.0.0', digest })
    assert.deepEqual(decision.base, { reference: aspnet, platform: amd64, digest: base.digest })
    assert.deepEqual(decision.previousBase, {
      name: 'mcr.microsoft.com/dotnet/aspnet:10.0',
      platform: 'linux/amd64',
      digest: base.digest,
      version: '10.0.13',
    })
    assert.equal(decision.next, undefined)
    assert.deepEqual(registry.asked.slice(before), ['resolve'])
  })

  it('plans the next minor version on the new base where the base moved', async () => {
    const { digest, base } = await release(repository, registry, '1.9.0')
    const digestNow = registry.publish(aspnet, moved)
    const platformDigest = await registry.resolvePlatform(aspnet, digestNow, amd64)

    const decision = await check(
      aCheckRequest({
        mirrors: { 'mcr.microsoft.com': 'm.example' },
        dockerfile: 'a/Dockerfile',
        target: 'final',
        buildArguments: { A: '1' },
      }),
      registry,
      repository,
    )

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'base-moved' })
    assert.deepEqual(decision.base, { reference: aspnet, platform: amd64, digest: digestNow, version: '10.0.14' })
    assert.equal(decision.previousBase.digest, base.digest)
    assert.deepEqual([decision.next?.version, decision.next?.tag], ['1.10.0', '10.0-noble-1.10.0'])
    const { replaces, ...record } = decision.record ?? aRecord()
    assert.equal(formatReplaced(replaces), `10.0-noble-1.9.0@${digest}`)
    assert.deepEqual(record, {
      releaseLine: aReleaseLine(),
      reason: 'base-moved',
      platform: amd64,
      base: { reference: aspnet, digest: digestNow, platformDigest },
      contextHash: 'v1:same',
      dockerfile: 'a/Dockerfile',
      target: 'final',
      buildArguments: { A: '1' },
      mirrors: { 'mcr.microsoft.com': 'm.example' },
    })
  })

  it('wants an interrupted publish finished, which the bookmark tells', async () => {
    await release(repository, registry)
    const { digest } = await release(repository, registry, '1.1.0', { run: 'project/3' })
    const first = (await repository.tags())?.get('10.0-noble-1.0.0') ?? digest
    await repository.pointTag('10.0-noble-current', first)

    const decision = await check(aCheckRequest(), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'retag', reason: 'unfinished-publish', rule: 'index-digest' })
    assert.match(decision.explanation, /10\.0-noble-1\.1\.0 is built on .* Its publish was interrupted/)
    assert.equal(decision.next, undefined)
  })

  it('is up to date where the tag moved for other platforms only', async () => {
    await release(repository, registry)
    registry.publish(aspnet, othersMoved)
    const before = registry.asked.length

    const decision = await check(aCheckRequest(), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'platform-digest' })
    assert.deepEqual(registry.asked.slice(before), ['resolve', 'resolvePlatform'])
  })

  for (const exists of [false, true]) {
    it(`plans 1.0.0 where the repository ${exists ? 'is empty' : 'is missing'}`, async () => {
      const decision = await check(aCheckRequest(), registry, memoryRepository({ exists }))

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'first-release' })
      assert.equal(decision.repositoryExists, exists)
      assert.equal(decision.current, undefined)
      assert.equal(decision.next?.tag, '10.0-noble-1.0.0')
      assert.deepEqual(decision.record?.replaces, { kind: 'none' })
    })
  }

  it('plans 1.0.0 for a second line in a repository, and leaves the first alone', async () => {
    await release(repository, registry, '7.0.0', { releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) })
    repository.push('latest', { labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }) })

    const ours = await check(aCheckRequest(), registry, repository)
    const theirs = await check(
      aCheckRequest({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }),
      registry,
      repository,
    )

    assert.equal(ours.next?.tag, '10.0-noble-1.0.0')
    assert.equal(theirs.verdict.kind, 'up-to-date')
  })

  it('goes by the highest version, though latest was rolled back', async () => {
    const first = await release(repository, registry, '1.2.0')
    await release(repository, registry, '1.4.0', { run: 'project/9' })
    await repository.pointTag('latest', first.digest)
    registry.publish(aspnet, moved)

    const decision = await check(aCheckRequest(), registry, repository)

    assert.equal(decision.current?.tag, '10.0-noble-1.4.0')
    assert.equal(decision.next?.tag, '10.0-noble-1.5.0')
  })

  it('rebuilds where it is forced, and says what is in the base', async () => {
    await release(repository, registry)

    const decision = await check(aCheckRequest({ forced: true }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'forced' })
    assert.equal(decision.next?.tag, '10.0-noble-1.1.0')
    assert.equal(decision.base.version, '10.0.13')
  })

  it('releases once in a forced run, however often it is repeated', async () => {
    await release(repository, registry, '1.1.0', { run: 'project/2' })

    const decision = await check(aCheckRequest({ forced: true, run: 'project/2' }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
  })

  it('rebuilds what was made for another platform', async () => {
    await release(repository, registry)

    const decision = await check(aCheckRequest({ platform: arm64 }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'platform-changed' })
    assert.deepEqual(decision.record?.platform, arm64)
  })

  describe('without a record of the line', () => {
    /** An image that is built on what the base's tag names now, by other tools than ours. */
    async function push(labels: Record<string, string> = {}, more: readonly string[] = ['own layer']) {
      const digest = await registry.resolve(aspnet)
      const base = await registry.readConfig(aspnet, await registry.resolvePlatform(aspnet, digest, amd64))
      repository.push('10.0-noble-1.0.0', { ...base, labels, layers: [...base.layers, ...more] })
      return registry.asked.length
    }
    const squashed: Partial<ImageConfig> = { labels: {}, environment: { ASPNET_VERSION: '10.0.13' }, layers: [] }

    for (const [what, labels] of [
      ['no labels', {}],
      [
        'the labels of another line, inherited',
        labelsOf({ releaseLine: aReleaseLine({ repositoryName: 'platform/runtime' }) }),
      ],
    ] as const) {
      it(`is fresh by its layers where it has ${what}, and its tags are left alone`, async () => {
        const before = await push(labels)

        const decision = await check(aCheckRequest(), registry, repository)

        assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'layers' })
        assert.deepEqual(decision.previousBase, { version: '10.0.13' })
        assert.deepEqual(registry.asked.slice(before), ['resolve', 'resolvePlatform', 'readConfig'])
        assert.deepEqual(repository.asked, ['list', 'readConfig'])
      })
    }

    it('is stale once the base moved', async () => {
      await push()
      registry.publish(aspnet, moved)

      const decision = await check(aCheckRequest(), registry, repository)

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'base-moved' })
      assert.match(decision.explanation, /moved since 10\.0-noble-1\.0\.0; it is .* \(was 10\.0\.13, is 10\.0\.14\)/)
      assert.equal(decision.next?.tag, '10.0-noble-1.1.0')
    })

    it('is rebuilt where it was squashed, since that writes a record', async () => {
      repository.push('10.0-noble-1.0.0', squashed)

      const decision = await check(aCheckRequest(), registry, repository)

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'unverifiable' })
      assert.equal(decision.record?.reason, 'unverifiable')
    })

    it('is kept where it was squashed and the policy says so', async () => {
      repository.push('10.0-noble-1.0.0', squashed)

      const decision = await check(
        aCheckRequest({ policy: aPolicy({ whenUnverifiable: 'keep' }) }),
        registry,
        repository,
      )

      assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'kept' })
    })

    it('is an error where it was squashed and the policy says so', async () => {
      repository.push('10.0-noble-1.0.0', squashed)
      const request = aCheckRequest({ policy: aPolicy({ whenUnverifiable: 'fail' }) })

      await rejects(check(request, registry, repository), {
        fault: { what: 'unverifiable', tag: '10.0-noble-1.0.0', base: aspnet },
        message:
          /^Cannot tell whether 10\.0-noble-1\.0\.0 is built on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0: .*"whenUnverifiable"/,
      })
    })
  })

  describe('on the end of support', () => {
    const endsOn = (lastDay: string, whenOutOfSupport: 'warn' | 'fail' | 'ignore' = 'warn') =>
      aCheckRequest({ supportPolicy: aSupportPolicy({ dates: new Map([['10.0', lastDay]]), whenOutOfSupport }) })
    const ended: Support = { kind: 'ended', dotnet: '10.0', lastDay: '2026-11-23' }
    const warned = /^Support of \.NET 10\.0 ended on 2026-11-23\./m

    it('warns of a release that is up to date, and asks no more than otherwise', async () => {
      await release(repository, registry)
      const before = registry.asked.length

      const decision = await check(endsOn('2026-11-23'), registry, repository)

      assert.equal(decision.verdict.kind, 'up-to-date')
      assert.deepEqual(decision.support, ended)
      assert.match(decision.notes.map(({ text }) => text).join('\n'), warned)
      assert.equal(registry.asked.length, before + 1)
    })

    it('warns of a first release by its base', async () => {
      const decision = await check(endsOn('2026-11-23'), registry, repository)

      assert.deepEqual(decision.support, ended)
      assert.deepEqual(
        decision.notes.map(({ level }) => level),
        ['warning'],
      )
    })

    it('goes by the base as it is now, where that has another .NET than the release', async () => {
      await release(repository, registry)
      registry.publish(aspnet, { ...old, 'linux/amd64': { ASPNET_VERSION: '11.0.0' } })

      const decision = await check(endsOn('2026-11-23'), registry, repository)

      assert.deepEqual(decision.support, { kind: 'unknown', dotnet: '11.0' })
    })

    it('says no word where that is to be ignored, but gives the date', async () => {
      const decision = await check(endsOn('2026-11-23', 'ignore'), registry, repository)

      assert.deepEqual(decision.support, ended)
      assert.deepEqual(decision.notes, [])
    })

    it('is an error from the day after where the policy says so', async () => {
      await rejects(check(endsOn('2026-11-23', 'fail'), registry, repository), {
        fault: { what: 'out-of-support', base: aspnet, dotnet: '10.0', lastDay: '2026-11-23' },
        message:
          /: support of \.NET 10\.0 ended on 2026-11-23\. Move to a newer version\. .*"whenOutOfSupport" to warn\.$/,
      })
    })

    it('is no error on the last day', async () => {
      const decision = await check(endsOn('2026-11-24', 'fail'), registry, repository)

      assert.match(decision.notes.map(({ text }) => text).join(), /ends on 2026-11-24, today\./)
    })
  })

  describe('by the context', () => {
    const other = () => Promise.resolve('v1:other')

    it('rebuilds where a file, the target or an argument changed', async () => {
      await release(repository, registry, '1.0.0', { contextHash: 'v1:same' })
      const before = registry.asked.length

      const decision = await check(aCheckRequest(), registry, repository, { hashContext: other })

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'context-changed' })
      assert.equal(decision.record?.contextHash, 'v1:other')
      assert.deepEqual(registry.asked.slice(before), ['resolve', 'resolvePlatform', 'readConfig'])
    })

    it('is up to date where nothing changed', async () => {
      await release(repository, registry, '1.0.0', { contextHash: 'v1:same' })

      assert.equal((await check(aCheckRequest(), registry, repository)).verdict.kind, 'up-to-date')
    })

    it('says that it does not compare a release without hash', async () => {
      await release(repository, registry)

      const { verdict, notes } = await check(aCheckRequest(), registry, repository, { hashContext: other })

      assert.equal(verdict.kind, 'up-to-date')
      assert.match(notes[0]?.text ?? '', /does not tell which context/)
    })

    it('compares nothing where there are no sources, and records no hash', async () => {
      await release(repository, registry, '1.0.0', { contextHash: 'v1:same' })
      const withoutSources = { hashContext: undefined }

      const fresh = await check(aCheckRequest(), registry, repository, withoutSources)
      const forced = await check(aCheckRequest({ forced: true }), registry, repository, withoutSources)

      assert.deepEqual([fresh.verdict.kind, fresh.notes], ['up-to-date', []])
      assert.ok(forced.record !== undefined && !('contextHash' in forced.record))
    })

    it('throws where the context cannot be read', async () => {
      await release(repository, registry, '1.0.0', { contextHash: 'v1:same' })
      const unreadable = new Error('EACCES')
      const hashContext = () => Promise.reject(unreadable)

      await assert.rejects(check(aCheckRequest(), registry, repository, { hashContext }), unreadable)
    })
  })

  describe('by date', () => {
    const policy = aPolicy({ compareBy: 'pushDate' })
    const movedOn = (date: string) => ({ movedAt: () => Promise.resolve(new Date(date)) })

    it('never asks the registry while the release is fresh', async () => {
      await release(repository, registry)
      const before = registry.asked.length

      const decision = await check(aCheckRequest({ policy }), registry, repository, movedOn('2026-11-23T11:59:59Z'))

      assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'push-date' })
      assert.deepEqual(decision.base, { reference: aspnet, platform: amd64 })
      assert.deepEqual(registry.asked.slice(before), [])
    })

    it('pins the base once it moved', async () => {
      await release(repository, registry)
      const digest = registry.publish(aspnet, moved)

      const decision = await check(aCheckRequest({ policy }), registry, repository, movedOn('2026-11-24T11:00:00Z'))

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'base-moved' })
      assert.equal(decision.record?.base.digest, digest)
    })

    it('throws where the catalogue cannot be asked', async () => {
      await release(repository, registry)

      await assert.rejects(check(aCheckRequest({ policy }), registry, repository), catalogueAsked)
    })
  })

  describe('by the tags', () => {
    const interrupted = () => release(repository, registry).then(() => repository.tagged.get('10.0-noble-1.0.0'))

    it('ignores a bookmark that the settings freeze, and asks for them only then', async () => {
      const frozen = memoryRepository({ tagSettings: { tags: 'movable', exceptions: ['10.0-noble-current'] } })
      const { base } = await release(frozen, registry)
      frozen.push('10.0-noble-1.1.0', { labels: labelsOf({ base: { reference: aspnet, ...base } }) })

      const decision = await check(aCheckRequest(), registry, frozen)

      assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
      assert.deepEqual(frozen.asked, ['list', 'readConfig', 'isFrozen'])
    })

    it('lets a publish of another run come to its end', async () => {
      const first = (await interrupted()) ?? digestOf('none')
      await release(repository, registry, '1.1.0', { run: 'project/3' })
      await repository.pointTag('10.0-noble-current', first)

      const decision = await check(aCheckRequest(), registry, repository, { now: new Date('2026-11-23T12:02:00Z') })

      assert.equal(decision.verdict.kind, 'up-to-date')
      assert.match(decision.notes.map(({ text }) => text).join(), /10\.0-noble-1\.1\.0 was pushed by another run/)
    })

    for (const [whenTagsBehind, kind, warnings] of [
      ['warn', 'up-to-date', 1],
      ['repair', 'retag', 0],
      ['ignore', 'up-to-date', 0],
    ] as const) {
      it(`answers a rolled back latest with ${kind} where the policy is ${whenTagsBehind}`, async () => {
        const first = (await interrupted()) ?? digestOf('none')
        await release(repository, registry, '1.1.0', { run: 'project/3' })
        await repository.pointTag('latest', first)
        const request = aCheckRequest({ policy: aPolicy({ whenTagsBehind }) })

        const { verdict, notes } = await check(request, registry, repository)

        assert.equal(verdict.kind, kind)
        assert.equal(notes.filter(({ level }) => level === 'warning').length, warnings)
      })
    }
  })

  it('rebuilds a release that is older than the policy allows', async () => {
    await release(repository, registry)
    const policy = aPolicy({ maxAgeDays: 30 })

    const [young, old] = await Promise.all(
      ['2026-12-23T12:00:00Z', '2026-12-23T12:00:00.001Z'].map((date) =>
        check(aCheckRequest({ policy }), registry, repository, { now: new Date(date) }),
      ),
    )

    assert.equal(young?.verdict.kind, 'up-to-date')
    assert.deepEqual(old?.verdict, { kind: 'rebuild', reason: 'max-age' })
  })

  describe('the next version', () => {
    const contextHash = 'v1:same'
    const newLayer = { 'linux/amd64': { ASPNET_VERSION: '10.0.13', BUILD: '2' } }
    const bumps: readonly (readonly [
      what: string,
      bump: CheckRequest['bump'],
      base: PublishedPlatforms,
      tag: string,
    ])[] = [
      ['minor', 'minor', moved, '10.0-noble-1.10.0'],
      ['patch', 'patch', moved, '10.0-noble-1.9.8'],
      ['major', 'major', moved, '10.0-noble-2.0.0'],
      ['auto, where .NET is newer,', 'auto', moved, '10.0-noble-1.10.0'],
      ["auto, where only the operating system's layer is newer,", 'auto', newLayer, '10.0-noble-1.9.8'],
    ]
    for (const [what, bump, base, tag] of bumps) {
      it(`is ${tag} by ${what} after 1.9.7`, async () => {
        await release(repository, registry, '1.9.7', { contextHash })
        registry.publish(aspnet, base)

        const decision = await check(aCheckRequest({ bump }), registry, repository)

        assert.equal(decision.next?.tag, tag)
      })
    }

    it('is a minor one by auto where files changed beside the base', async () => {
      await release(repository, registry, '1.9.7', { contextHash: 'v1:before' })
      registry.publish(aspnet, newLayer)

      const decision = await check(aCheckRequest({ bump: 'auto' }), registry, repository)

      assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'base-moved' })
      assert.equal(decision.next?.tag, '10.0-noble-1.10.0')
    })

    it('is 1.0.0 by auto for a first release', async () => {
      assert.equal((await check(aCheckRequest({ bump: 'auto' }), registry, repository)).next?.version, '1.0.0')
    })

    it('is of the line, free, and higher than every other, whatever tags there are', async () => {
      const releaseLine = aReleaseLine()
      const version = fc.tuple(fc.nat(), fc.nat(20), fc.nat(20)).map((numbers) => numbers.join('.'))
      const prefix = fc.constantFrom(
        '10.0-noble-',
        '10.0-noble2-',
        '10.0-',
        '8.0-noble-',
        'x10.0-noble-',
        '10x0-noble-',
        '',
      )
      const suffix = fc.constantFrom('', '', '', '-rc1', '.0', '-arm64')
      const almost = fc.tuple(prefix, version, suffix).map((parts) => parts.join(''))
      const others = fc.constantFrom(
        'latest',
        '10.0',
        '10.0-noble',
        '10.0-noble-current',
        '10.0-noble-1.4',
        '10.0-noble-01.4.0',
      )
      const soup = fc.array(fc.oneof({ weight: 3, arbitrary: almost }, others, fc.stringMatching(/^\w[\w.-]{0,20}$/)))
      const anyBump = fc.constantFrom<CheckRequest['bump']>('minor', 'patch', 'major', 'auto')

      await fc.assert(
        fc.asyncProperty(soup, anyBump, async (tags, bump) => {
          const full = memoryRepository()
          for (const tag of tags) full.push(tag, { labels: { tag } })

          const { next } = await check(aCheckRequest({ forced: true, bump }), registry, full)

          const tag = next?.tag ?? ''
          const highest = versionOf(releaseLine, tag) ?? ''
          assert.equal(highest, next?.version)
          assert.ok(!full.tagged.has(tag))
          for (const there of full.tagged.keys()) {
            const other = versionOf(releaseLine, there)
            if (other !== undefined) assert.ok(semver.gt(highest, other), `${tag} after ${there}`)
          }
        }),
      )
    })
  })

  it('warns where the tag of the base went back to an older .NET', async () => {
    registry.publish(aspnet, moved)
    const digest = await registry.resolve(aspnet)
    const platformDigest = await registry.resolvePlatform(aspnet, digest, amd64)
    const labels = labelsOf({ base: { reference: aspnet, digest, platformDigest } })
    repository.push('10.0-noble-1.0.0', { labels, environment: { ASPNET_VERSION: '10.0.14' } })
    registry.publish(aspnet, old)

    const { verdict, notes } = await check(aCheckRequest(), registry, repository)

    assert.deepEqual(verdict, { kind: 'rebuild', reason: 'base-moved' })
    assert.match(notes.map(({ text }) => text).join(), /went back from \.NET 10\.0\.14 to 10\.0\.13/)
  })

  it('judges a pinned FROM by its digest', async () => {
    const { base } = await release(repository, registry)
    registry.publish(aspnet, moved)

    const decision = await check(aCheckRequest({ base: withDigest(aspnet, base.digest) }), registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
  })

  it('says why', async () => {
    const { explanation } = await check(aCheckRequest(), registry, repository)

    assert.match(explanation, /^platform\/aspnet has no release with this tag prefix yet/)
  })

  const busy = new Error('429 TOOMANYREQUESTS')
  const failing = <T extends object>(real: T, method: keyof T): T => ({
    ...real,
    [method]: () => Promise.reject(busy),
  })
  const failures: readonly (readonly [what: string, () => { registry: Registry; releases: Releases }])[] = [
    ['the base cannot be asked for', () => ({ registry: failing(registry, 'resolve'), releases: repository })],
    ['its platforms cannot be read', () => ({ registry: failing(registry, 'resolvePlatform'), releases: repository })],
    ['the new base cannot be read', () => ({ registry: failing(registry, 'readConfig'), releases: repository })],
    ['the tags cannot be listed', () => ({ registry, releases: failing(repository, 'list') })],
    ['the release cannot be read', () => ({ registry, releases: failing(repository, 'readConfig') })],
  ]
  for (const [what, ports] of failures) {
    it(`throws where ${what}`, async () => {
      await release(repository, registry)
      registry.publish(aspnet, moved)
      const { registry: asked, releases } = ports()

      await assert.rejects(check(aCheckRequest(), asked, releases), busy)
    })
  }

  it('throws where the settings of the tags cannot be read', async () => {
    const { digest } = await release(repository, registry)
    await release(repository, registry, '1.1.0', { run: 'project/3' })
    await repository.pointTag('10.0-noble-current', digest)

    await assert.rejects(check(aCheckRequest(), registry, failing(repository, 'isFrozen')), busy)
  })

  it('throws where nobody says when the release was pushed', async () => {
    await release(repository, registry)
    const tags = repository.tagged
    const undated = { ...repository, list: () => Promise.resolve({ tags, pushedAt: new Map<Digest, Date>() }) }

    await rejects(check(aCheckRequest(), registry, undated), {
      fault: { what: 'no-push-date', tag: '10.0-noble-1.0.0' },
      message: /does not say when 10\.0-noble-1\.0\.0 was/,
    })
  })

  it('throws where the base has no image for the platform', async () => {
    await release(repository, registry)
    registry.publish(aspnet, { 'linux/s390x': {} })

    await rejects(check(aCheckRequest(), registry, repository), {
      message: /no linux\/amd64, only linux\/s390x/,
    })
  })

  it('throws where the base is not there', async () => {
    await rejects(check(aCheckRequest({ base: withDigest(aspnet, digestOf('gone')) }), registry, repository), {
      message: /Cannot read mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/,
    })
  })
})

describe('checkPlatformImage, in a run that does not release', () => {
  const registry = memoryRegistry()
  registry.publish(aspnet, old)
  const validating = aCheckRequest({ purpose: aPurpose('validate') })

  it('has a record and a next version for a validation of what is up to date', async () => {
    const repository = memoryRepository()
    const { digest } = await release(repository, registry)

    const decision = await check(validating, registry, repository)

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'index-digest' })
    assert.equal(decision.next?.tag, '10.0-noble-1.1.0')
    assert.equal(decision.record?.reason, 'validation')
    assert.deepEqual(decision.record.replaces, { kind: 'release', tag: '10.0-noble-1.0.0', digest })
    assert.match(decision.explanation, /^10\.0-noble-1\.0\.0 is built on/)
  })

  it('has them for a validation where only tags are behind', async () => {
    const repository = memoryRepository()
    const { digest } = await release(repository, registry)
    await release(repository, registry, '1.1.0', { run: 'project/3' })
    await repository.pointTag('10.0-noble-current', digest)

    const decision = await check(validating, registry, repository, { now: new Date('2026-12-24T12:00:00Z') })

    assert.equal(decision.verdict.kind, 'retag')
    assert.equal(decision.next?.tag, '10.0-noble-1.2.0')
    assert.equal(decision.record?.reason, 'validation')
  })

  it('keeps the reason of a rebuild', async () => {
    const decision = await check({ ...validating, forced: true }, registry, await releasedOnce())

    assert.deepEqual(decision.verdict, { kind: 'rebuild', reason: 'forced' })
    assert.equal(decision.record?.reason, 'forced')
  })

  it('has nothing to build for a plan of what is up to date, and the next release for any other', async () => {
    const planning = aCheckRequest({ purpose: aPurpose('plan') })

    const quiet = await check(planning, registry, await releasedOnce())
    const forced = await check({ ...planning, forced: true }, registry, await releasedOnce())

    assert.deepEqual([quiet.next, quiet.record], [undefined, undefined])
    assert.equal(forced.next?.tag, '10.0-noble-1.1.0')
  })

  it('warns of the purpose only where there is something to publish', async () => {
    const purpose = { ...aPurpose(), warning: 'This run releases from refs/heads/x.' }

    const quiet = await check(aCheckRequest({ purpose }), registry, await releasedOnce())
    const forced = await check(aCheckRequest({ purpose, forced: true }), registry, await releasedOnce())

    assert.deepEqual(quiet.notes, [])
    assert.deepEqual(forced.notes, [{ level: 'warning', text: 'This run releases from refs/heads/x.' }])
  })

  async function releasedOnce(): Promise<MemoryRepository> {
    const repository = memoryRepository()
    await release(repository, registry, '1.0.0', { contextHash: 'v1:same' })
    return repository
  }
})

describe('checkBaseAlone', () => {
  const request = aCheckRequest({ purpose: aPurpose('validate') })
  const why = "Cannot use the agent's own AWS credentials: there are none. [aws-credentials-missing]"

  it('pins the base as it is now, and knows neither release nor version', async () => {
    const registry = memoryRegistry()
    const digest = registry.publish(aspnet, moved)
    const hashContext = () => Promise.resolve('v1:now')

    const decision = await checkBaseAlone(request, why, { registry, movedAt: unasked, hashContext, now })

    assert.deepEqual(decision.verdict, { kind: 'not-judged' })
    assert.deepEqual([decision.next, decision.current, decision.repositoryExists], [undefined, undefined, undefined])
    assert.equal(decision.record?.base.digest, digest)
    assert.equal(decision.record.contextHash, 'v1:now')
    assert.equal(decision.record.reason, 'validation')
    assert.deepEqual(decision.record.replaces, { kind: 'unknown' })
    assert.equal(decision.base.version, '10.0.14')
    assert.match(
      decision.explanation,
      /^The release line could not be looked at; the base mcr.* is sha256:\S+ \(\.NET 10/,
    )
    assert.deepEqual(
      decision.notes.map(({ level }) => level),
      ['warning'],
    )
    assert.ok(decision.notes[0]?.text.endsWith(why))
  })

  it('throws where the base cannot be read either', async () => {
    const ports = { registry: memoryRegistry(), movedAt: unasked, hashContext: undefined, now }

    await rejects(checkBaseAlone(request, why, ports), { message: /^Cannot read mcr/ })
  })
})
