import assert from 'node:assert/strict'
import type { TagSettings } from '../../src/model/tag-settings.ts'
import type { Version } from '../../src/model/release-line.ts'
import { ensureRepository, type EnsureRepositoryRequest } from '../../src/publish/ensure-repository.ts'
import { aReleaseLine } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRepository, memoryUri } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const aRequest = (overrides: Partial<EnsureRepositoryRequest> = {}): EnsureRepositoryRequest => ({
  releaseLine: aReleaseLine(),
  version: '1.0.0' as Version,
  floating: ['10.0', 'latest'],
  tagAsLatest: true,
  createRepository: true,
  versionTagsImmutable: true,
  scanOnPush: true,
  resourceTags: {},
  ...overrides,
})

describe('ensureRepository', () => {
  it('creates a missing repository whose versions stay where they are', async () => {
    const [repository, log] = [memoryRepository({ exists: false }), capturedLog()]

    const opened = await ensureRepository(aRequest(), { repository, log })

    const tagSettings = { tags: 'movable', exceptions: ['10.0-noble-1.*.*'] }
    assert.deepEqual(opened, { details: { uri: memoryUri, tagSettings }, creation: 'done' })
    assert.deepEqual(log.lines, [`Created the repository ${memoryUri}`])
    assert.deepEqual(log.warnings, [])
  })

  it('creates one with movable versions where that is wanted', async () => {
    const [repository, log] = [memoryRepository({ exists: false }), capturedLog()]

    const { details } = await ensureRepository(aRequest({ versionTagsImmutable: false }), { repository, log })

    assert.deepEqual(details.tagSettings, { tags: 'movable', exceptions: [] })
    assert.deepEqual(log.warnings, [])
  })

  it('hands on all that is wished for a new repository', async () => {
    const repository = memoryRepository({ exists: false })
    const wishes = { scanOnPush: false, encryptionKey: 'alias/key', resourceTags: { team: 'platform' } }
    let settings: object | undefined

    await ensureRepository(aRequest(wishes), {
      repository: {
        ...repository,
        create(wanted) {
          settings = wanted
          return repository.create(wanted)
        },
      },
      log: capturedLog(),
    })

    assert.deepEqual(settings, { tagSettings: { tags: 'movable', exceptions: ['10.0-noble-1.*.*'] }, ...wishes })
  })

  it('warns where the region does not take the setting', async () => {
    const [repository, log] = [memoryRepository({ exists: false, knowsExceptions: false }), capturedLog()]

    await ensureRepository(aRequest(), { repository, log })

    assert.match(
      log.warnings.join(),
      /without immutable tags: this region .* with the filter "10\.0-noble-1\.\*\.\*"\.$/,
    )
  })

  it('takes a repository that was created meanwhile as it is', async () => {
    const [repository, log] = [memoryRepository({ exists: true }), capturedLog()]
    const ports = { repository: { ...repository, describe: () => Promise.resolve(undefined) }, log }

    const { creation } = await ensureRepository(aRequest(), ports)

    assert.equal(creation, 'none')
    assert.match(
      log.lines.join('\n'),
      /was created meanwhile\nThe versions 10\.0-noble-1\.\*\.\* .* can be overwritten/,
    )
  })

  it('refuses a tag that could never move in a repository that was created meanwhile', async () => {
    const repository = memoryRepository({ tagSettings: { tags: 'movable', exceptions: ['10*'] } })
    const ports = { repository: { ...repository, describe: () => Promise.resolve(undefined) }, log: capturedLog() }

    await rejects(ensureRepository(aRequest(), ports), { name: 'InvalidInput', field: 'extraTags' })
  })

  it('leaves a missing repository to the push where it must not create one', async () => {
    const [repository, log] = [memoryRepository({ exists: false }), capturedLog()]

    const opened = await ensureRepository(aRequest({ createRepository: false }), { repository, log })

    const tagSettings = { tags: 'movable', exceptions: [] }
    assert.deepEqual(opened, { details: { uri: memoryUri, tagSettings }, creation: 'by-push' })
    assert.equal(await repository.describe(), undefined)
    assert.match(log.lines.join(), /does not exist, and "createRepository" is false: the push may create it$/)
  })

  it('says what to do where a push could not create it either', async () => {
    const repository = memoryRepository({ exists: false })
    const ports = { repository: { ...repository, expectedUri: () => Promise.resolve(undefined) }, log: capturedLog() }

    await rejects(ensureRepository(aRequest({ createRepository: false }), ports), {
      message:
        'The repository platform/aspnet does not exist. Create the repository, or set the input "createRepository" to true.',
    })
  })

  for (const exists of [true, false]) {
    it(`refuses a tag that could never move in a repository that is ${exists ? 'there' : 'missing'}`, async () => {
      const tagSettings: TagSettings = { tags: 'movable', exceptions: ['10.0-noble-1.*.*'] }
      const repository = memoryRepository({ exists, tagSettings })

      await rejects(
        ensureRepository(aRequest({ floating: ['10.0-noble-1.a.b'] }), { repository, log: capturedLog() }),
        {
          name: 'InvalidInput',
          field: 'extraTags',
        },
      )
      assert.equal((await repository.describe()) !== undefined, exists)
    })
  }

  const protection: readonly (readonly [settings: TagSettings, told: RegExp | undefined])[] = [
    [{ tags: 'movable', exceptions: [] }, /can be overwritten\. .* with the filter "10\.0-noble-1\.\*\.\*"/],
    [
      { tags: 'movable', exceptions: ['8.0-*.*'] },
      /can be overwritten\. .* filters "8\.0-\*\.\*", "10\.0-noble-1\.\*\.\*"/,
    ],
    [{ tags: 'frozen', exceptions: ['*'] }, /can be overwritten\. .* narrow its mutable filter "\*"/],
    [{ tags: 'movable', exceptions: ['10.0-noble-1.*.*'] }, undefined],
    [{ tags: 'frozen', exceptions: ['latest'] }, undefined],
  ]
  for (const [tagSettings, told] of protection) {
    it(`${told ? 'tells of unprotected versions' : 'is quiet'} under ${JSON.stringify(tagSettings)}`, async () => {
      const [repository, log] = [memoryRepository({ tagSettings }), capturedLog()]

      await ensureRepository(aRequest({ floating: [] }), { repository, log })

      if (told === undefined) assert.deepEqual(log.lines, [])
      else assert.match(log.lines.join(), told)
      assert.deepEqual(log.warnings, [])
    })
  }
})
