import assert from 'node:assert/strict'
import type { BuildRecord } from '../../src/model/build-record.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import { UnreadableImageError } from '../../src/model/image-config.ts'
import type { LocalImage } from '../../src/model/local-image.ts'
import type { Version } from '../../src/model/release-line.ts'
import { ensureVersion, type WantedVersion } from '../../src/publish/ensure-version.ts'
import { type ImagePush, PushRefusedError, type Refusal } from '../../src/publish/image-store.ts'
import { PublishError } from '../../src/publish/publish-error.ts'
import { aReleaseLine, aLocalImage, labelsOf } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { memoryRepository, type MemoryRepositoryOptions, memoryUri } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const contextHash = 'v1:sha256:same'
const tag = '10.0-noble-1.0.0'
const ours = 'localhost/platform-image/image:owner'
const recordOf = (record: Partial<BuildRecord> = {}, run = 'project/1') => labelsOf({ contextHash, ...record }, run)

function start(
  options: MemoryRepositoryOptions & { image?: Partial<LocalImage>; version?: string; name?: string } = {},
) {
  const { name = ours } = options
  const repository = memoryRepository(options)
  const store = memoryEngine({ repository })
  const image = aLocalImage({ labels: recordOf(), ...options.image })
  store.add(name, image)
  const wanted: WantedVersion = {
    releaseLine: aReleaseLine(),
    version: (options.version ?? '1.0.0') as Version,
    name,
    image,
    repositoryUri: memoryUri,
  }
  const pauses: number[] = []
  const pause = (duration: number) => {
    pauses.push(duration)
    return Promise.resolve()
  }
  return { wanted, repository, pauses, ports: { repository, store, log: capturedLog(), pause } }
}

describe('ensureVersion', () => {
  it('pushes a version that is free', async () => {
    const { wanted, repository, ports } = start()

    const ensured = await ensureVersion(wanted, ports)

    assert.equal(ensured.by, 'this attempt')
    assert.deepEqual(ensured.tags, repository.tagged)
    assert.equal(repository.tagged.get(tag), ensured.release.digest)
  })

  it('takes a release of an earlier attempt for its own', async () => {
    const { wanted, repository, ports } = start()
    const earlier = repository.push(tag, { labels: recordOf(), environment: { attempt: '1' } })

    const { release, by } = await ensureVersion(wanted, ports)

    assert.deepEqual({ digest: release.digest, by }, { digest: earlier, by: 'an earlier attempt' })
  })

  it('takes an equal release of another run for published', async () => {
    const { wanted, repository, ports } = start()
    const theirs = repository.push(tag, { labels: recordOf({}, 'project/other') })

    const { release, by } = await ensureVersion(wanted, ports)

    assert.deepEqual({ digest: release.digest, by }, { digest: theirs, by: 'another run' })
  })

  describe('where the line has passed by', () => {
    const first = (labels: Record<string, string>, image: Partial<LocalImage> = { labels: recordOf() }) => {
      const { wanted, repository, ports } = start({ image })
      const own = repository.push(tag, { labels })
      const higher = repository.push('10.0-noble-1.1.0', {
        labels: recordOf({ replaces: { kind: 'release', tag, digest: own }, contextHash: 'v1:b' }, 'project/other'),
      })
      return { wanted, repository, ports, higher }
    }

    it('finishes the tags of the newest release after an earlier attempt pushed its own', async () => {
      const { wanted, ports, higher } = first(recordOf())

      const { release, by } = await ensureVersion(wanted, ports)

      assert.deepEqual(
        { tag: release.tag, digest: release.digest, by },
        { tag: '10.0-noble-1.1.0', digest: higher, by: 'another run' },
      )
      assert.match(
        ports.log.lines.join(),
        /^10\.0-noble-1\.0\.0 was published by this run already, and .*1\.1\.0 since/,
      )
    })

    it('pushes nothing where it was another run that made the version', async () => {
      const { wanted, ports } = first(recordOf({ contextHash: 'v1:c' }, 'project/third'))

      await rejects(ensureVersion(wanted, ports), { message: /^Cannot publish .*Nothing was pushed/ })
    })

    it('takes no run that is not known for its own', async () => {
      const labels = recordOf({}, '')
      const { wanted, ports } = first(labels, { labels })

      await rejects(ensureVersion(wanted, ports), { message: /^Cannot publish .*Nothing was pushed/ })
    })

    it('never goes back to an image without record', async () => {
      const { wanted, repository, ports } = first({}, { labels: {} })
      const id = await repository.readConfigDigest(repository.tagged.get(tag) ?? digestOf(''))

      await rejects(ensureVersion({ ...wanted, image: { ...wanted.image, id } }, ports), {
        name: 'InvalidInput',
        message: /"10\.0-noble-1\.0\.0", but 10\.0-noble-1\.1\.0 is published already/,
      })
    })
  })

  it('takes the record of an image that BuildTest did not make for inherited', async () => {
    const { wanted, repository, ports } = start({ name: 'registry.example/team/on-ours:1' })
    repository.push(tag, { labels: recordOf() })

    await rejects(ensureVersion(wanted, ports), { message: /the tag is on another image already/ })
    const next = await ensureVersion({ ...wanted, version: '1.1.0' as Version }, ports)

    assert.equal(next.by, 'this attempt')
    assert.match(ports.log.warnings.join(), /carries no record of a check/)
  })

  it('publishes after a release that is no image', async () => {
    const { wanted, repository, ports } = start({ version: '1.1.0' })
    const chart = repository.push(tag)
    const image = { ...wanted.image, labels: recordOf({ replaces: { kind: 'release', tag, digest: chart } }) }
    ports.store.add(ours, image)
    const readConfig = (digest: Digest) =>
      digest === chart ? Promise.reject(new UnreadableImageError('It is a chart.')) : repository.readConfig(digest)

    const { by } = await ensureVersion({ ...wanted, image }, { ...ports, repository: { ...repository, readConfig } })

    assert.equal(by, 'this attempt')
  })

  for (const [what, record] of [
    ['of another context', { contextHash: 'v1:sha256:other' }],
    ['that was not forced, where this image was', {}],
  ] as const) {
    it(`pushes nothing over a release ${what}`, async () => {
      const labels = recordOf('contextHash' in record ? {} : { reason: 'forced' })
      const { wanted, repository, ports } = start({ image: { labels } })
      repository.push(tag, { labels: recordOf(record, 'project/other') })
      const before = new Map(repository.tagged)

      await rejects(ensureVersion(wanted, ports), {
        message: new RegExp(
          `^Cannot publish ${tag}: the check saw none, but .* is now ${tag}@sha256:.* Nothing was pushed`,
        ),
      })
      assert.deepEqual(repository.tagged, before)
    })
  }

  describe('when the push fails', () => {
    /** A push in whose place something happens. */
    function refusing(refusal: Refusal, meanwhile: (push: ImagePush) => Promise<unknown> = () => Promise.resolve()) {
      return async (push: ImagePush): Promise<Digest> => {
        await meanwhile(push)
        throw new PushRefusedError({ operation: 'push it', refusal, words: 'so said the registry' })
      }
    }

    it('finds its own image where only the answer got lost', async () => {
      const { wanted, repository, ports } = start()
      const push = refusing('connection-cut', (request) => ports.store.push(request))

      const { by, release } = await ensureVersion(wanted, { ...ports, store: { ...ports.store, push } })

      assert.equal(by, 'an earlier attempt')
      assert.equal(repository.tagged.get(tag), release.digest)
    })

    it('finds the equal image of a run that was faster', async () => {
      const { wanted, repository, ports } = start()
      const push = refusing('tag-frozen', () =>
        Promise.resolve(repository.push(tag, { labels: recordOf({}, 'project/other') })),
      )

      const { by } = await ensureVersion(wanted, { ...ports, store: { ...ports.store, push } })

      assert.equal(by, 'another run')
    })

    it('names the other image of a run that was faster', async () => {
      const { wanted, repository, ports } = start()
      const push = refusing('tag-frozen', () =>
        Promise.resolve(repository.push(tag, { labels: recordOf({ contextHash: 'v1:b' }, 'project/other') })),
      )

      await rejects(ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }), {
        message: /^Cannot publish 10\.0-noble-1\.0\.0: the check saw none, but the newest release is now/,
      })
    })

    it('says why, that nothing changed, and what to do', async () => {
      const { wanted, repository, ports } = start()
      const push = refusing('disk-full')

      await rejects(ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }), {
        message:
          "Cannot push it: so said the registry. Free some space on the disk of the agent's engine, then run again. No tag was set or moved.",
      })
      assert.equal(repository.tagged.size, 0)
    })

    const minute = [2000, 4000, 8000, 16_000, 30_000]
    for (const [refusal, expected] of [
      ['layer-missing', minute],
      ['busy', minute],
      ['registry-fault', minute],
      ['connection-cut', minute],
      ['unknown', [2000, 4000]],
      ['too-large', []],
      ['manifest-refused', []],
      ['web-page', []],
    ] as const) {
      it(`tries again ${String(expected.length)} times where the push is refused as ${refusal}`, async () => {
        const { wanted, repository, pauses, ports } = start()
        const push = refusing(refusal)

        await rejects(ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }), {
          message: /^Cannot push it: so said the registry\. .* No tag was set or moved\.$/,
        })
        assert.deepEqual(pauses, expected)
        assert.equal(repository.tagged.size, 0)
      })
    }

    it('publishes where what went wrong has passed', async () => {
      const { wanted, pauses, ports } = start()
      let pushes = 0
      const push = (request: ImagePush) => {
        pushes += 1
        return pushes === 1 ? refusing('registry-fault')(request) : ports.store.push(request)
      }

      const { by } = await ensureVersion(wanted, { ...ports, store: { ...ports.store, push } })

      assert.equal(by, 'this attempt')
      assert.deepEqual(pauses, [2000])
      assert.match(ports.log.lines.join('\n'), /^Trying again: cannot push it: so said the registry$/m)
    })

    it('says that it could not look again', async () => {
      const { wanted, repository, ports } = start()
      let looks = 0
      const why = new Error('ECR does not answer.')
      const tags = () => ((looks += 1) === 1 ? repository.tags() : Promise.reject(why))
      const push = refusing('registry-fault')
      const failing = { ...ports, repository: { ...repository, tags }, store: { ...ports.store, push } }

      await rejects(ensureVersion(wanted, failing), {
        name: 'PublishError',
        cause: why,
        message:
          /so said the registry\. ECR has a fault .* Whether it arrived could not be found out: .*ECR does not answer/,
      })
    })

    it('hands on what is no refusal', async () => {
      const { wanted, ports } = start()
      const push = () => Promise.reject(new Error('Cannot reach the Docker engine.'))

      await assert.rejects(ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }), {
        message: 'Cannot reach the Docker engine.',
      })
    })
  })

  describe('when it reads the tag back', () => {
    /** A push during which another publisher puts an image of this record under the tag. */
    async function overwrittenBy(labels: Record<string, string>, image: Partial<LocalImage> = {}) {
      const { wanted, repository, ports } = start({ image })
      const push = async (request: ImagePush) => {
        const digest = await ports.store.push(request)
        repository.push(tag, { labels, environment: { by: 'another' } })
        return digest
      }
      return ensureVersion(wanted, { ...ports, store: { ...ports.store, push } })
    }

    it('is content with an equal image of another run', async () => {
      assert.equal((await overwrittenBy(recordOf({}, 'project/other'))).by, 'another run')
    })

    it('reports another image', async () => {
      await rejects(overwrittenBy(recordOf({ contextHash: 'v1:b' }, 'project/other')), {
        message:
          /^Pushed .* but another publisher has put .* under it\. No floating tag was moved\. Make version tags immutable/,
      })
    })

    it('reports any other digest of an image without record', async () => {
      await rejects(overwrittenBy({}, { labels: {} }), { message: /^Pushed .* but another publisher has put / })
    })

    it("reports another publisher's image that the engine pushed in place of this one", async () => {
      const { wanted, repository, ports } = start()
      let theirs: Digest | undefined
      const push = () => {
        theirs = repository.push(tag, { labels: recordOf({ contextHash: 'v1:b' }, 'project/other') })
        return Promise.resolve(theirs)
      }

      const error: unknown = await ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }).catch(
        (thrown: unknown) => thrown,
      )

      assert.ok(error instanceof PublishError)
      assert.deepEqual(error.fault, {
        what: 'overwritten',
        release: { version: '1.0.0', tag, digest: theirs },
        pushed: theirs,
        after: 'push',
      })
    })

    for (const failing of ['tags', 'readConfig'] as const) {
      it(`says what stands where ${failing} fails`, async () => {
        const { wanted, repository, ports } = start()
        let isPushed = false
        const push = (request: ImagePush) => {
          isPushed = true
          return ports.store.push(request)
        }
        const why = new Error('ECR does not answer.')
        const fail = () => Promise.reject(why)
        const broken = {
          ...repository,
          tags: () => (isPushed && failing === 'tags' ? fail() : repository.tags()),
          readConfig: (digest: Digest) => (failing === 'readConfig' ? fail() : repository.readConfig(digest)),
        }

        await rejects(ensureVersion(wanted, { ...ports, repository: broken, store: { ...ports.store, push } }), {
          fault: { what: 'unfinished', progress: { tag, moves: [] }, why },
          message: /10\.0-noble-1\.0\.0 stays published, with no floating tag on it; run again to finish the rest\.$/,
        })
        assert.match(ports.log.lines.join(), /Pushed .*10\.0-noble-1\.0\.0 {2}sha256:/)
      })
    }

    it('reports a tag that is not there', async () => {
      const { wanted, ports } = start()
      const push = () => Promise.resolve(digestOf('nowhere'))

      await rejects(ensureVersion(wanted, { ...ports, store: { ...ports.store, push } }), {
        message: /the repository has no such tag\. Run the pipeline again/,
      })
    })
  })

  describe('an image without record', () => {
    const image = { labels: {} }

    it('is published where the tag is free, with one warning however often it is tried', async () => {
      const { wanted, ports } = start({ image })
      let pushes = 0
      const push = async (request: ImagePush) => {
        pushes += 1
        if (pushes < 3) throw new PushRefusedError({ operation: 'push it', refusal: 'busy', words: 'no' })
        return ports.store.push(request)
      }

      const { by } = await ensureVersion(wanted, { ...ports, store: { ...ports.store, push } })

      assert.equal(by, 'this attempt')
      assert.equal(ports.log.warnings.length, 1)
      assert.match(ports.log.warnings.join(), /carries no record of a check/)
    })

    it('is found again under its tag by its id', async () => {
      const { wanted, repository, ports } = start({ image })
      const digest = repository.push(tag, wanted.image)
      const same = { ...wanted, image: { ...wanted.image, id: await repository.readConfigDigest(digest) } }

      const { by, release } = await ensureVersion(same, ports)

      assert.deepEqual({ by, digest: release.digest }, { by: 'an earlier attempt', digest })
    })

    it('takes no tag from another image', async () => {
      const { wanted, repository, ports } = start({ image })
      const other = repository.push(tag, { labels: { made: 'by hand' } })

      await rejects(ensureVersion(wanted, ports), {
        message: `Cannot publish ${tag}: the tag is on another image already. Nothing was pushed. Run the check again for the next version.`,
      })
      assert.deepEqual([...repository.tagged], [[tag, other]])
    })

    it('never goes below the newest version', async () => {
      const { wanted, repository, ports } = start({ image })
      repository.push('10.0-noble-1.9.0', { labels: {} })

      await rejects(ensureVersion(wanted, ports), { name: 'InvalidInput', field: 'versionTag' })
    })
  })
})
