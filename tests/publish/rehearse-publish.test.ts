import assert from 'node:assert/strict'
import type { Digest } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import { type RehearsalRequest, rehearsePublish } from '../../src/publish/rehearse-publish.ts'
import type { ReadableRepository } from '../../src/publish/repository.ts'
import { publishImage } from '../../src/publish/publish-image.ts'
import { aLocalImage, aPublishRequest, aReleaseLine, labelsOf } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { memoryRepository, type MemoryRepository, type MemoryRepositoryOptions } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const name = 'localhost/platform-image/image:owner'

/** A repository that can only be read, and an engine with an image of BuildTest that was made for it. */
function start(
  options: MemoryRepositoryOptions & { labels?: Record<string, string> } = {},
  fill: (repository: MemoryRepository) => unknown = () => undefined,
) {
  const repository = memoryRepository(options)
  fill(repository)
  const store = memoryEngine({ repository })
  store.add(name, aLocalImage({ labels: options.labels ?? labelsOf() }))
  const readable: ReadableRepository = {
    describe: () => repository.describe(),
    tags: () => repository.tags(),
    readConfig: (digest) => repository.readConfig(digest),
    readConfigDigest: (digest) => repository.readConfigDigest(digest),
  }
  return { repository: readable, store, log: capturedLog(), whole: repository }
}

const rehearsal = (overrides: Partial<RehearsalRequest> = {}): RehearsalRequest => ({
  ...aPublishRequest(),
  ...overrides,
})

/** Fills a repository with release 1.0.0, under all floating tags; gives its digest. */
function fillWithRelease(repository: MemoryRepository): Digest {
  const digest = repository.push('10.0-noble-1.0.0', { labels: labelsOf({}, 'project/0') })
  for (const tag of ['10.0', 'latest', '10.0-noble-current']) void repository.pointTag(tag, digest)
  return digest
}

/** Labels of an image that is to follow that release: a repository gives the same content the same digest. */
const following = labelsOf({
  replaces: { kind: 'release', tag: '10.0-noble-1.0.0', digest: fillWithRelease(memoryRepository()) },
})

describe('rehearsePublish', () => {
  it('says where every tag would move', async () => {
    const { repository, store, log, whole } = start({ labels: following }, fillWithRelease)
    const before = new Map(whole.tagged)

    const told = await rehearsePublish(rehearsal({ version: '1.1.0' as Version }), { repository, store, log })

    assert.equal(told.versionTag, '10.0-noble-1.1.0')
    assert.equal(told.isThere, false)
    const move = { from: '10.0-noble-1.0.0', to: '10.0-noble-1.1.0', outcome: 'moves' }
    assert.deepEqual(
      told.moves,
      ['10.0', 'latest', '10.0-noble-current'].map((tag) => ({ tag, ...move })),
    )
    assert.deepEqual(log.warnings, [])
    assert.deepEqual(whole.tagged, before)
  })

  it('tells tags that do not exist yet, and those on an image that is no release', async () => {
    const { repository, store, log } = start({}, (filled) => filled.push('10.0', { labels: { by: 'hand' } }))

    const { moves } = await rehearsePublish(rehearsal(), { repository, store, log })

    assert.match(moves[0]?.from ?? '', /^sha256:[0-9a-f]{12}$/)
    assert.deepEqual(moves[1], { tag: 'latest', to: '10.0-noble-1.0.0', outcome: 'moves' })
  })

  it('would create a repository that is missing', async () => {
    const { repository, store, log, whole } = start({ exists: false })

    const told = await rehearsePublish(rehearsal(), { repository, store, log })

    assert.equal(told.repository, undefined)
    assert.equal(await whole.describe(), undefined)
  })

  it('shows the tags of a line whose next version is not known', async () => {
    const { repository, store, log } = start({ labels: following }, fillWithRelease)

    const told = await rehearsePublish(rehearsal({ version: undefined }), { repository, store, log })

    assert.equal(told.versionTag, undefined)
    assert.deepEqual(told.moves[0], {
      tag: '10.0',
      from: '10.0-noble-1.0.0',
      to: 'the next version',
      outcome: 'moves',
    })
  })

  it('finds the version of an earlier publish', async () => {
    const ports = start()
    await publishImage(aPublishRequest(), { ...ports, repository: ports.whole, pause: () => Promise.resolve() })

    const told = await rehearsePublish(rehearsal(), ports)

    assert.equal(told.isThere, true)
    assert.deepEqual(new Set(told.moves.map(({ outcome }) => outcome)), new Set(['unchanged']))
  })

  it('warns of a bookmark that cannot move', async () => {
    const { repository, store, log } = start({ tagSettings: { tags: 'movable', exceptions: ['*-current'] } })

    const { moves } = await rehearsePublish(rehearsal(), { repository, store, log })

    assert.equal(moves.at(-1)?.outcome, 'frozen')
    assert.match(log.warnings.join(), /^10\.0-noble-current could not move.* narrow its immutable filter "\*-current"/)
  })

  it('warns where latest would leave another release line', async () => {
    const { repository, store, log } = start({}, (filled) => {
      const other = filled.push('8.0-noble-3.0.0', {
        labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }),
      })
      void filled.pointTag('latest', other)
    })

    await rehearsePublish(rehearsal(), { repository, store, log })

    assert.match(log.warnings.join(), /^latest would leave 8\.0-noble-3\.0\.0 for 10\.0-noble-1\.0\.0/)
  })

  it('says that the filter of an older major version does not protect the next', async () => {
    const { repository, store, log } = start({ tagSettings: { tags: 'movable', exceptions: ['10.0-noble-1.*.*'] } })

    await rehearsePublish(rehearsal({ version: '1.4.0' as Version }), { repository, store, log })
    assert.doesNotMatch(log.lines.join('\n'), /can be overwritten/)

    await rehearsePublish(rehearsal({ version: '2.0.0' as Version }), { repository, store, log })
    assert.match(log.lines.join('\n'), /The versions 10\.0-noble-2\.\*\.\* of \S+ can be overwritten/)
  })

  it('says how versions can be protected', async () => {
    const { repository, store, log } = start()

    await rehearsePublish(rehearsal(), { repository, store, log })

    assert.match(
      log.lines.join('\n'),
      /can be overwritten.* MUTABLE_WITH_EXCLUSION with the filter "10\.0-noble-1\.\*\.\*"/,
    )
  })

  describe('ends as the publish would', () => {
    const faults: readonly (readonly [
      what: string,
      request: Partial<RehearsalRequest>,
      options: MemoryRepositoryOptions & { labels?: Record<string, string> },
      fill: (repository: MemoryRepository) => unknown,
      expected: Record<string, unknown>,
    ])[] = [
      [
        'where the repository is missing and is not to be created',
        { createRepository: false },
        { exists: false },
        () => undefined,
        { fault: { what: 'no-repository', repositoryName: 'platform/aspnet' } },
      ],
      [
        'where an extra tag could never move',
        {},
        { tagSettings: { tags: 'movable', exceptions: ['10.*'] } },
        () => undefined,
        { field: 'extraTags' },
      ],
      ['where an extra tag is none', { extraTags: ['a b'] }, {}, () => undefined, { field: 'extraTags' }],
      ['where the image is not there', { image: 'other:1' }, {}, () => undefined, { field: 'image' }],
      [
        'where the image is of another line',
        {},
        { labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }) },
        () => undefined,
        { field: 'image' },
      ],
      [
        'where a floating tag is frozen',
        { version: '1.1.0' as Version },
        { tagSettings: { tags: 'frozen', exceptions: ['10.0-noble-*', '10.0'] }, labels: following },
        fillWithRelease,
        { message: /^In a release, the repository's settings do not let latest move\..* Nothing was pushed\.$/ },
      ],
      [
        'where the line has moved on',
        { version: '1.1.0' as Version },
        {},
        fillWithRelease,
        {
          message:
            /^Cannot publish 10\.0-noble-1\.1\.0: the check saw none, but the newest release is now 10\.0-noble-1/,
        },
      ],
      [
        'where the version is below the newest one',
        { version: '0.9.0' as Version },
        { labels: following },
        fillWithRelease,
        { field: 'versionTag' },
      ],
    ]
    for (const [what, request, options, fill, expected] of faults) {
      it(what, async () => {
        const { repository, store, log, whole } = start(options, fill)
        const before = new Map(whole.tagged)

        await rejects(rehearsePublish(rehearsal(request), { repository, store, log }), expected)
        assert.deepEqual(whole.tagged, before)
      })
    }
  })
})
