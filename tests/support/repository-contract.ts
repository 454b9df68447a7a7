import assert from 'node:assert/strict'
import type { Releases } from '../../src/check/releases.ts'
import { digestOf, type Digest } from '../../src/model/digest.ts'
import type { Repository, RepositorySettings } from '../../src/publish/repository.ts'
import { rejects } from './problems.ts'

/** A repository that does not exist yet, and the way to push into it. */
export interface RepositoryUnderTest {
  readonly repository: Repository & Releases
  /** Pushes an image with this environment under a tag, as an engine does, and gives its digest. */
  push(tag: string, environment: Readonly<Record<string, string>>): Promise<Digest>
  stop(): Promise<void>
}

const settings = (pattern: string): RepositorySettings => ({
  tagSettings: { tags: 'movable', exceptions: [pattern] },
  scanOnPush: true,
  resourceTags: {},
})

/** What every repository of platform images does, be it Amazon ECR or the one in memory; one test after the other. */
export function repositoryContract(start: () => Promise<RepositoryUnderTest>): void {
  let subject: RepositoryUnderTest
  let first: Digest
  let second: Digest

  before(async () => {
    subject = await start()
    const { repository } = subject
    assert.equal(await repository.describe(), undefined)
    assert.equal(await repository.tags(), undefined)
    assert.equal(await repository.list(), undefined)
    assert.equal(await repository.isFrozen('latest'), false)
    const created = await repository.create(settings('10.0-noble-*.*'))
    assert.equal(created.isNew, true)
    first = await subject.push('10.0-noble-1.0.0', { V: '1' })
    second = await subject.push('10.0-noble-1.1.0', { V: '2' })
  })
  after(() => subject.stop())

  it('is there once it is created, also where somebody created it meanwhile', async () => {
    const { details, isNew } = await subject.repository.create(settings('x-*.*'))

    assert.equal(isNew, false)
    assert.match(details.uri, /\/platform\/aspnet$/)
    assert.deepEqual(details.tagSettings, { tags: 'movable', exceptions: ['10.0-noble-*.*'] })
    assert.deepEqual(await subject.repository.describe(), details)
  })

  it('moves a floating tag, and says where it was there already', async () => {
    const { repository } = subject

    const moves = [
      await repository.pointTag('moving', first),
      await repository.pointTag('moving', first),
      await repository.pointTag('moving', second),
      await repository.pointTag('moving', second),
    ]

    assert.deepEqual(moves, ['moved', 'unchanged', 'moved', 'unchanged'])
    assert.equal((await repository.tags())?.get('moving'), second)
  })

  it('moves no version to another image', async () => {
    await rejects(subject.repository.pointTag('10.0-noble-1.0.0', second), {
      name: 'ImmutableTagError',
      tag: '10.0-noble-1.0.0',
    })
    assert.equal((await subject.repository.tags())?.get('10.0-noble-1.0.0'), first)
  })

  it('finds a version on its image already', async () => {
    assert.equal(await subject.repository.pointTag('10.0-noble-1.0.0', first), 'unchanged')
  })

  it('lists every tag with its digest', async () => {
    await subject.repository.pointTag('latest', first)

    const tags = await subject.repository.tags()

    assert.equal(tags?.get('10.0-noble-1.0.0'), first)
    assert.equal(tags.get('10.0-noble-1.1.0'), second)
    assert.equal(tags.get('latest'), first)
  })

  it('lists with the tags when each image was pushed', async () => {
    const listing = await subject.repository.list()

    assert.deepEqual(listing?.tags, await subject.repository.tags())
    for (const digest of [first, second]) {
      assert.deepEqual(listing?.pushedAt.get(digest), (await subject.repository.describeImage(digest)).pushedAt)
    }
  })

  it('lists the tags of other lines, and those that are almost versions, as they are', async () => {
    const strangers = [
      '10.0-noble-1.4',
      '10.0-noble-1.4.0-rc1',
      '10.0-noble2-9.0.0',
      '10.0-NOBLE-1.0.0',
      '_..',
      'x'.repeat(128),
    ]
    for (const tag of strangers) await subject.push(tag, { TAG: tag })

    const { tags } = (await subject.repository.list()) ?? {}

    const digests = new Set(strangers.map((tag) => tags?.get(tag)))
    assert.equal(digests.size, strangers.length)
    assert.ok(!digests.has(undefined))
  })

  it('says which tags its settings freeze', async () => {
    const { repository } = subject
    await repository.pointTag('latest', second)

    assert.equal(await repository.isFrozen('10.0-noble-1.0.0'), true)
    assert.equal(await repository.isFrozen('latest'), false)
  })

  it('reads what an image says of itself', async () => {
    const { environment } = await subject.repository.readConfig(second)

    assert.equal(environment.V, '2')
  })

  it('keeps the time of the push, whatever tags come later', async () => {
    const pushed = await subject.repository.describeImage(first)

    await subject.repository.pointTag('later', first)

    assert.deepEqual(await subject.repository.describeImage(first), pushed)
    assert.ok(pushed.size > 0)
  })

  it('knows an image by its configuration too', async () => {
    const [one, other] = [
      await subject.repository.readConfigDigest(first),
      await subject.repository.readConfigDigest(second),
    ]

    assert.equal(one, await subject.repository.readConfigDigest(first))
    assert.notEqual(one, other)
  })

  it('gives credentials to push with', async () => {
    const { username, password } = await subject.repository.credentials()

    assert.equal(username, 'AWS')
    assert.notEqual(password, '')
  })

  it('throws for an image that is not there', async () => {
    const gone = digestOf('gone')

    await assert.rejects(subject.repository.readConfig(gone), Error)
    await assert.rejects(subject.repository.describeImage(gone), Error)
    await assert.rejects(subject.repository.pointTag('latest', gone), Error)
  })
}
