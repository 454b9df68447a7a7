import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import { publishImage } from '../../src/publish/publish-image.ts'
import { aReleaseLine, aLocalImage, labelsOf, aPublishRequest } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { memoryRepository, type MemoryRepositoryOptions, memoryUri } from '../support/memory-repository.ts'
import { throws, rejects } from '../support/problems.ts'

const name = 'localhost/platform-image/image:owner'

/** A repository, and an engine with an image of BuildTest in it. */
function start({
  labels = labelsOf(),
  ...options
}: MemoryRepositoryOptions & { labels?: Record<string, string> } = {}) {
  const repository = memoryRepository(options)
  const store = memoryEngine({ repository })
  store.add(name, aLocalImage({ labels }))
  return { repository, store, log: capturedLog(), pause: () => Promise.resolve() }
}

describe('publishImage', () => {
  it('sets the version first, then extra tags, latest, and the bookmark last', async () => {
    const ports = start()

    const published = await publishImage(aPublishRequest(), ports)

    const tags = ['10.0-noble-1.0.0', '10.0', 'latest', '10.0-noble-current']
    assert.deepEqual([...ports.repository.tagged.keys()], tags)
    const { digest } = published.release
    assert.deepEqual(new Set(ports.repository.tagged.values()), new Set([digest]))
    assert.deepEqual(published, {
      repository: { uri: memoryUri, tagSettings: { tags: 'movable', exceptions: [] } },
      repositoryCreated: false,
      release: { version: '1.0.0', tag: '10.0-noble-1.0.0', digest },
      moves: tags.slice(1).map((tag) => ({ tag, outcome: 'moved' })),
      createdAt: new Date('2026-11-23T12:00:00Z'),
      size: 1000,
      isNews: true,
    })
  })

  it('creates a missing repository whose versions cannot be overwritten', async () => {
    const ports = start({ exists: false })

    const published = await publishImage(aPublishRequest(), ports)

    assert.equal(published.repositoryCreated, true)
    assert.equal(ports.repository.tagged.get('latest'), published.release.digest)
    throws(() => ports.repository.push('10.0-noble-1.0.0', { labels: { other: 'image' } }), {
      name: 'ImmutableTagError',
    })
  })

  it('leaves a missing repository alone where neither it nor the push may create one', async () => {
    const ports = start({ exists: false })

    await rejects(publishImage(aPublishRequest({ createRepository: false }), ports), {
      message:
        /^Cannot push .*repository does not exist\. Create the repository, or set the input "createRepository" to true\. No tag/,
    })
    assert.equal(await ports.repository.describe(), undefined)
  })

  it('takes a repository that the push creates, with the settings that it has then', async () => {
    const tagSettings = { tags: 'frozen', exceptions: ['10.0', 'latest'] } as const
    const ports = start({ exists: false, createsOnPush: true, tagSettings })

    const published = await publishImage(aPublishRequest({ createRepository: false }), ports)

    assert.equal(published.repositoryCreated, true)
    assert.deepEqual(published.repository.tagSettings, tagSettings)
    assert.match(ports.log.warnings.join(), /^10\.0-noble-current cannot move/)
  })

  it('says what stands where the repository that the push created freezes a tag', async () => {
    const tagSettings = { tags: 'movable', exceptions: ['10*'] } as const
    const ports = start({ exists: false, createsOnPush: true, tagSettings })

    await rejects(publishImage(aPublishRequest({ createRepository: false }), ports), {
      message:
        /"10\.0", which could never move: .*\. 10\.0-noble-1\.0\.0 stays published, with no floating tag on it; run again/,
    })
  })

  it('loads an image that is not in the engine, from its archive', async () => {
    const ports = start()
    ports.store.archive('image.tar', 'localhost/platform-image/image:far', aLocalImage({ labels: labelsOf() }))
    const request = aPublishRequest({ image: 'localhost/platform-image/image:far', imageArchive: 'image.tar' })

    await publishImage(request, ports)

    assert.equal(ports.repository.tagged.size, 4)
    assert.equal(ports.log.lines[0], 'Loaded localhost/platform-image/image:far from image.tar')
  })

  it('does not look at the archive of an image that is in the engine', async () => {
    await publishImage(aPublishRequest({ imageArchive: 'absent.tar' }), start())
  })

  it('says what is in an archive that does not hold the image', async () => {
    const ports = start()
    ports.store.archive('image.tar', 'localhost/other:1', aLocalImage())

    await rejects(publishImage(aPublishRequest({ image: 'localhost/gone:1', imageArchive: 'image.tar' }), ports), {
      name: 'InvalidInput',
      field: 'imageArchive',
      message: /names image\.tar, which holds localhost\/other:1, but not localhost\/gone:1/,
    })
  })

  it('says that an archive holds nothing with a name', async () => {
    const ports = start()
    const store = { ...ports.store, load: () => Promise.resolve([]) }

    await rejects(
      publishImage(aPublishRequest({ image: 'localhost/gone:1', imageArchive: 'image.tar' }), { ...ports, store }),
      { field: 'imageArchive', message: /names image\.tar, which holds no image with a name\. Give the archive/ },
    )
  })

  describe('tells people', () => {
    const theirs = { labels: labelsOf({ contextHash: 'v1:same' }, 'project/other') }

    it('not of a release that another run made and finishes', async () => {
      const ports = start({ labels: labelsOf({ contextHash: 'v1:same' }) })
      await ports.repository.pointTag('10.0-noble-current', ports.repository.push('10.0-noble-1.0.0', theirs))

      const { isNews, moves } = await publishImage(aPublishRequest(), ports)

      assert.equal(isNews, false)
      assert.deepEqual(
        moves.map(({ outcome }) => outcome),
        ['moved', 'moved', 'unchanged'],
      )
    })

    it('of a release that another run made and this one finished', async () => {
      const ports = start({ labels: labelsOf({ contextHash: 'v1:same' }) })
      ports.repository.push('10.0-noble-1.0.0', theirs)

      assert.equal((await publishImage(aPublishRequest(), ports)).isNews, true)
    })

    it('of an image without record that was there under another version', async () => {
      const ports = start({ labels: {} })
      const first = await publishImage(aPublishRequest(), ports)

      const second = await publishImage(aPublishRequest({ version: '1.1.0' as Version }), ports)

      assert.equal(second.release.digest, first.release.digest)
      assert.equal(second.isNews, true)
    })
  })

  it('moves the floating tags on from the release before', async () => {
    const repository = memoryRepository()
    const old = repository.push('10.0-noble-1.0.0', { labels: labelsOf({}, 'project/0') })
    for (const tag of ['10.0', 'latest', '10.0-noble-current']) await repository.pointTag(tag, old)
    const store = memoryEngine({ repository })
    store.add(
      name,
      aLocalImage({ labels: labelsOf({ replaces: { kind: 'release', tag: '10.0-noble-1.0.0', digest: old } }) }),
    )

    const { release, moves } = await publishImage(aPublishRequest({ version: '1.1.0' as Version }), {
      repository,
      store,
      log: capturedLog(),
      pause: () => Promise.resolve(),
    })

    const { digest } = release
    assert.deepEqual(Object.fromEntries(repository.tagged), {
      '10.0-noble-1.0.0': old,
      '10.0-noble-1.1.0': digest,
      '10.0': digest,
      latest: digest,
      '10.0-noble-current': digest,
    })
    assert.deepEqual(new Set(moves.map(({ before }) => before)), new Set([old]))
  })

  it('finishes the tags of an earlier attempt of the same run, and pushes nothing', async () => {
    const ports = start()
    const earlier = ports.repository.push('10.0-noble-1.0.0', { labels: labelsOf() })
    ports.store.add(name, aLocalImage({ labels: labelsOf(), environment: { built: 'again' } }))

    const published = await publishImage(aPublishRequest(), ports)

    assert.equal(published.release.digest, earlier)
    assert.equal(published.isNews, true)
    assert.deepEqual(new Set(ports.repository.tagged.values()), new Set([earlier]))
    assert.equal(ports.repository.tagged.size, 4)
  })

  it('ends the same when it is run again', async () => {
    const ports = start()
    const first = await publishImage(aPublishRequest(), ports)

    const second = await publishImage(aPublishRequest(), ports)

    assert.deepEqual(second.release, first.release)
    assert.deepEqual(new Set(second.moves.map(({ outcome }) => outcome)), new Set(['unchanged']))
  })

  it('pushes nothing where another run was faster, and names both releases', async () => {
    const ports = start()
    const other = ports.repository.push('10.0-noble-1.0.0', { labels: labelsOf({}, 'project/other') })

    await rejects(publishImage(aPublishRequest({ version: '1.1.0' as Version }), ports), {
      message: /the check saw none, but the newest release is now 10\.0-noble-1\.0\.0@sha256:.*Nothing was pushed/,
    })
    assert.deepEqual([...ports.repository.tagged], [['10.0-noble-1.0.0', other]])
  })

  it('does not mind releases of another line', async () => {
    const ports = start()
    const theirs = { labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }, 'project/other') }
    const other = ports.repository.push('8.0-noble-7.0.0', theirs)

    await publishImage(aPublishRequest(), ports)

    assert.equal(ports.repository.tagged.get('8.0-noble-7.0.0'), other)
    assert.equal(ports.repository.tagged.size, 5)
  })

  it('publishes an image without record under a free version, with a warning', async () => {
    const ports = start({ labels: {} })

    await publishImage(aPublishRequest(), ports)

    assert.match(ports.log.warnings.join(), /carries no record of a check/)
    assert.equal(ports.repository.tagged.size, 4)
  })

  it('refuses a taken version for an image without record', async () => {
    const ports = start({ labels: {} })
    const other = ports.repository.push('10.0-noble-1.0.0', { labels: { made: 'by hand' } })

    await rejects(publishImage(aPublishRequest(), ports), {
      message: /the tag is on another image already\. Nothing was pushed/,
    })
    assert.deepEqual([...ports.repository.tagged], [['10.0-noble-1.0.0', other]])
  })

  it('moves all other tags before it reports one that is immutable', async () => {
    const ports = start({ tagSettings: { tags: 'frozen', exceptions: ['latest', '*-current'] } })
    const old = ports.repository.push('10.0', { labels: { made: 'by hand' } })

    await rejects(publishImage(aPublishRequest(), ports), {
      message:
        /10\.0-noble-1\.0\.0 is published, but the repository's settings do not let 10\.0 move\. .* IMMUTABLE_WITH_EXCLUSION with the filters "latest", "\*-current", "10\.0".* stays published, with latest on it/,
    })
    const digest = ports.repository.tagged.get('10.0-noble-1.0.0')
    assert.equal(ports.repository.tagged.get('10.0'), old)
    assert.equal(ports.repository.tagged.get('latest'), digest)
    assert.equal(ports.repository.tagged.get('10.0-noble-current'), undefined, 'the publish is not finished')
  })

  it('warns of a bookmark that cannot move, and succeeds', async () => {
    const ports = start({ tagSettings: { tags: 'movable', exceptions: ['*-current'] } })
    ports.repository.push('10.0-noble-current', { labels: { made: 'by hand' } })

    const published = await publishImage(aPublishRequest(), ports)

    assert.equal(ports.repository.tagged.get('latest'), published.release.digest)
    assert.ok(ports.log.warnings.some((text) => text.startsWith('10.0-noble-current cannot move')))
  })

  for (const labels of [{}, labelsOf()]) {
    it(`refuses a version below the newest, of an image ${Object.keys(labels).length === 0 ? 'without' : 'with'} a record`, async () => {
      const ports = start()
      const newest = ports.repository.push('10.0-noble-1.9.0', { labels: labelsOf({}, 'project/other') })
      const record =
        Object.keys(labels).length === 0
          ? labels
          : labelsOf({ replaces: { kind: 'release', tag: '10.0-noble-1.9.0', digest: newest } })
      ports.store.add(aPublishRequest().image, aLocalImage({ labels: record }))

      await rejects(publishImage(aPublishRequest({ version: '1.8.0' as Version }), ports), {
        name: 'InvalidInput',
        field: 'versionTag',
        message: /10\.0-noble-1\.8\.0", but 10\.0-noble-1\.9\.0 is published already/,
      })
      assert.deepEqual([...ports.repository.tagged.keys()], ['10.0-noble-1.9.0'])
    })
  }

  it('stops at a tag that fails for another reason, so that the bookmark stays behind', async () => {
    const ports = start()
    const why = new Error('throttled')
    const repository = {
      ...ports.repository,
      pointTag: (tag: string, digest: ReturnType<typeof digestOf>) =>
        tag === 'latest' ? Promise.reject(why) : ports.repository.pointTag(tag, digest),
    }

    await rejects(publishImage(aPublishRequest(), { ...ports, repository }), {
      fault: {
        what: 'unfinished',
        progress: { tag: '10.0-noble-1.0.0', moves: [{ tag: '10.0', outcome: 'moved' }] },
        why,
      },
      message: /10\.0-noble-1\.0\.0 stays published, with 10\.0 on it; run again to finish the rest\.$/,
    })
    assert.deepEqual([...ports.repository.tagged.keys()], ['10.0-noble-1.0.0', '10.0'])
  })

  it('says where an image is that is not in the engine', async () => {
    const ports = start({ exists: false })

    await rejects(publishImage(aPublishRequest({ image: 'localhost/gone:1' }), ports), {
      name: 'InvalidInput',
      field: 'image',
      message:
        /"localhost\/gone:1", which is not in this agent's engine\. Build and publish in one job, or .* "imageArchive"/,
    })
    assert.equal(await ports.repository.describe(), undefined)
  })

  it('publishes an image of BuildTest that was made for no line', async () => {
    const ports = start({ labels: { ...labelsOf({ replaces: { kind: 'unknown' } }), 'platform-image.line': '' } })

    const { release } = await publishImage(aPublishRequest(), ports)

    assert.equal(ports.repository.tagged.get('latest'), release.digest)
    assert.match(ports.log.warnings.join(), /carries no record of a check/)
  })

  it('refuses an image of BuildTest for another line', async () => {
    const ports = start({ labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) }) })

    await rejects(publishImage(aPublishRequest(), ports), {
      name: 'InvalidInput',
      message: /was built for platform\/aspnet:8\.0-noble, not for platform\/aspnet:10\.0-noble/,
    })
  })

  it('takes the labels of another line on a foreign image for inherited ones', async () => {
    const ports = start()
    const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName: 'platform/runtime' }) })
    ports.store.add('team/image:1', aLocalImage({ labels }))

    await publishImage(aPublishRequest({ image: 'team/image:1' }), ports)

    assert.equal(ports.log.warnings.length, 1)
    assert.equal(ports.repository.tagged.size, 4)
  })

  it('refuses a bad extra tag before it touches anything', async () => {
    const ports = start({ exists: false })

    await rejects(publishImage(aPublishRequest({ extraTags: ['a/b'] }), ports), { name: 'InvalidInput' })
    assert.equal(await ports.repository.describe(), undefined)
  })
})
