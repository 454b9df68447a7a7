import assert from 'node:assert/strict'
import type { EcrError } from '../../src/ecr/ecr-error.ts'
import { ConnectionError, type HttpClient, TooLargeError } from '../../src/http/http-client.ts'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import type { FailureKind } from '../../src/model/failure-kind.ts'
import { putIndex } from '../support/tiny-image.ts'
import { type EcrUnderTest, json, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects, told } from '../support/problems.ts'

describe('readReleases', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  describe('list', () => {
    it('gives every tag of an image, and none of untagged images', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'tag-0')
      for (let index = 1; index < 5; index++) await ecr.retag(name, { imageTag: 'tag-0' }, `tag-${String(index)}`)
      await ecr.push(name, undefined, { layers: ['untagged'] })

      const listing = await ecr.open(name).list()

      assert.deepEqual(
        [...(listing?.tags ?? [])].sort(),
        [0, 1, 2, 3, 4].map((index) => [`tag-${String(index)}`, digest]),
      )
      assert.deepEqual([...(listing?.pushedAt ?? [])], [[digest, new Date(ecr.time)]])
    })

    it('goes over all pages', async () => {
      const at = 1_795_435_200
      const pages: Record<string, object> = {
        first: {
          imageDetails: [{ imageDigest: digestOf('a'), imageTags: ['a'], imagePushedAt: at }],
          nextToken: 'second',
        },
        second: { imageDetails: [{ imageDigest: digestOf('b') }], nextToken: 'third' },
        third: { imageDetails: [{ imageDigest: digestOf('c'), imageTags: ['c', 'latest'], imagePushedAt: at }] },
      }
      const answer = (body: string) => {
        const { nextToken = 'first' } = JSON.parse(body) as { nextToken?: string }
        return json(pages[nextToken] ?? {})
      }

      const listing = await ecr.answeredBy(answer, () => ecr.open('platform/aspnet').list())

      assert.deepEqual(
        [...(listing?.tags ?? [])],
        [
          ['a', digestOf('a')],
          ['c', digestOf('c')],
          ['latest', digestOf('c')],
        ],
      )
      assert.deepEqual(listing?.pushedAt.get(digestOf('c')), new Date(at * 1000))
    })

    const endless: readonly (readonly [what: string, page: (count: number) => object])[] = [
      ['repeat', () => ({ imageDetails: [], nextToken: 'again' })],
      ['go round', (count) => ({ imageDetails: [], nextToken: count % 2 === 0 ? 'even' : 'odd' })],
      ['bring nothing new', (count) => ({ imageDetails: [], nextToken: String(count) })],
      [
        'bring the same image',
        (count) => ({ imageDetails: [{ imageDigest: digestOf('a'), imageTags: ['a'] }], nextToken: String(count) }),
      ],
    ]
    for (const [what, page] of endless) {
      it(`throws where the pages ${what}`, async () => {
        let count = 0

        await rejects(
          ecr.answeredBy(
            () => json(page(count++)),
            () => ecr.open('platform/aspnet').list(),
          ),
          {
            name: 'EcrError',
            fault: { what: 'endless-list' },
            kind: 'refusal',
            message: /^Cannot list the images of the repository platform\/aspnet in \S+: its pages do not end/,
          },
        )
        assert.ok(count <= 401)
      })
    }

    it('leaves tags as they are, whatever is in them', async () => {
      const name = await ecr.createRepository()
      const tags = [
        '10.0-noble-1.4',
        '10.0-noble-1.4.0-rc1',
        '10.0-noble2-9.0.0',
        '__proto__',
        '版本-١.٢.٣',
        '💥',
        ' ',
        'a\u0000b',
      ]
      ecr.ecr.seed(name, [{ digest: digestOf('all'), tags, pushedAt: new Date(0) }])

      const listing = await ecr.open(name).list()

      assert.deepEqual([...(listing?.tags.keys() ?? [])], tags)
    })

    it('tells an empty repository from a missing one', async () => {
      const name = await ecr.createRepository()

      assert.deepEqual(await ecr.open(name).list(), { tags: new Map(), pushedAt: new Map() })
      assert.equal(await ecr.open('platform/missing').list(), undefined)
    })

    it('takes no tag of an archived image for free', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, '10.0-noble-1.0.0')
      ecr.ecr.setStatus(name, digest, 'ARCHIVED')

      const { tags } = (await ecr.open(name).list()) ?? {}

      assert.equal(tags?.get('10.0-noble-1.0.0'), digest)
    })

    it('throws for an image without a digest', async () => {
      const answer = () => json({ imageDetails: [{ imageDigest: 'md5:1', imageTags: ['1.0.0'] }] })

      await ecr.answeredBy(answer, () =>
        rejects(ecr.open('platform/aspnet').list(), { message: /it lists an image as "md5:1", which is not a/ }),
      )
    })
  })

  describe('isFrozen', () => {
    it('asks once for the settings that count now', async () => {
      const name = await ecr.createRepository({
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '*-current' }],
      })
      ecr.asked()

      assert.equal(await ecr.open(name).isFrozen('10.0-noble-current'), false)
      assert.deepEqual(ecr.asked(), ['DescribeRepositories'])
      assert.equal(await ecr.open(name).isFrozen('latest'), true)
    })
  })

  describe('freezingFilter', () => {
    const filters = (filter: string) => [{ filterType: 'WILDCARD' as const, filter }]

    it('names the filter that holds a tag of another line', async () => {
      const name = await ecr.createRepository({
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: filters('8.0-*.*'),
      })

      assert.equal(await ecr.open(name).freezingFilter('8.0-alpine3.20-current'), '8.0-*.*')
      assert.equal(await ecr.open(name).freezingFilter('8.0-current'), undefined)
    })

    it('names none where no tag moves anyway, and where there is no repository', async () => {
      const name = await ecr.createRepository({
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: filters('latest'),
      })

      assert.equal(await ecr.open(name).freezingFilter('8.0-current'), undefined)
      assert.equal(await ecr.open(name).freezingFilter('latest'), undefined)
      assert.equal(await ecr.open('platform/absent').freezingFilter('latest'), undefined)
    })
  })

  describe('readConfig', () => {
    it('reads labels, environment, layers and history of an image', async () => {
      const name = await ecr.createRepository()
      const image = { labels: { owner: 'us' }, environment: { ASPNET_VERSION: '1' } }
      const { digest, diffIds } = await ecr.push(name, 'a', image)

      const config = await ecr.open(name).readConfig(parseDigest(digest))

      assert.deepEqual({ ...config, ...image, layers: diffIds }, config)
      assert.equal(config.history.length, 1)
    })

    it('takes an image index of one platform, beside which there may be attestations', async () => {
      const name = await ecr.createRepository()
      const target = { registry: ecr.ecr.endpoint, authorization: await ecr.authorization(), repository: name }
      const image = await ecr.push(name, undefined, { labels: { line: 'noble' } })
      const attestation = await ecr.push(name, undefined, { platform: 'unknown/unknown' })
      const { digest } = await putIndex({ ...target, tag: 'index', images: [image, attestation] })

      assert.equal((await ecr.open(name).readConfig(parseDigest(digest))).labels.line, 'noble')
    })

    it('takes the only image of an index that states no platform', async () => {
      const name = await ecr.createRepository()
      const target = { registry: ecr.ecr.endpoint, authorization: await ecr.authorization(), repository: name }
      const image = await ecr.push(name, undefined, { labels: { line: 'noble' } })
      const { digest } = await putIndex({ ...target, tag: 'index', images: [{ ...image, platform: '' }] })

      assert.equal((await ecr.open(name).readConfig(parseDigest(digest))).labels.line, 'noble')
    })

    it('refuses an image index of several platforms, which no other run changes', async () => {
      const name = await ecr.createRepository()
      const target = { registry: ecr.ecr.endpoint, authorization: await ecr.authorization(), repository: name }
      const images = [await ecr.push(name), await ecr.push(name, undefined, { platform: 'linux/arm64' })]
      const { digest } = await putIndex({ ...target, tag: 'index', images })

      await rejects(ecr.open(name).readConfig(parseDigest(digest)), {
        name: 'EcrError',
        fault: { what: 'several-platforms', platforms: ['linux/amd64', 'linux/arm64/v8'] },
        kind: 'refusal',
        message:
          /it is an image index of several platforms \(linux\/amd64, linux\/arm64\/v8\), and a release line has one\./,
      })
    })

    it('says that an image is archived, and how to get it back', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'a')
      ecr.ecr.setStatus(name, digest, 'ARCHIVED')

      await rejects(ecr.open(name).readConfig(parseDigest(digest)), {
        fault: { what: 'archived' },
        kind: 'refusal',
        message: /^Cannot read sha256:.* it is archived\. Restore it in ECR \(aws ecr update-image-storage-class /,
      })
    })

    it('says that an image is on its way back from the archive, and reads it from then on', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'a', { labels: { owner: 'us' } })
      ecr.ecr.setStatus(name, digest, 'ACTIVATING')
      const repository = ecr.open(name)

      await rejects(repository.readConfig(parseDigest(digest)), {
        fault: { what: 'restoring' },
        message: /is being restored/,
      })

      ecr.ecr.setStatus(name, digest, 'ACTIVE')
      assert.equal((await repository.readConfig(parseDigest(digest))).labels.owner, 'us')
    })

    it('says that ECR has lost a configuration', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'a')
      ecr.ecr.inject({ operation: 'GetDownloadUrlForLayer', failure: { error: 'LayerInaccessibleException' } })

      await rejects(ecr.open(name).readConfig(parseDigest(digest)), {
        fault: { what: 'no-layer' },
        message: /^Cannot read the configuration of sha256:.*: ECR does not have it\.$/,
      })
    })

    it('says which image is not there', async () => {
      const name = await ecr.createRepository()
      const gone = digestOf('gone')

      await rejects(ecr.open(name).readConfig(gone), {
        code: 'ImageNotFound',
        message: `Cannot read ${gone} in the repository ${name} in eu-west-1: Requested image not found.`,
      })
    })

    it('trusts no manifest whose bytes have another digest', async () => {
      const answer = () => json({ images: [{ imageManifest: '{"converted":true}' }] })

      await ecr.answeredBy(answer, () =>
        rejects(ecr.open('platform/aspnet').readConfig(digestOf('pushed')), {
          fault: { what: 'other-bytes', from: 'ECR' },
          kind: 'refusal',
          message: /: ECR gave other bytes\. Check/,
        }),
      )
    })

    it('refuses what is no container image', async () => {
      const imageManifest = '{"artifact":true}'

      await ecr.answeredBy(
        () => json({ images: [{ imageManifest }] }),
        () =>
          rejects(ecr.open('platform/aspnet').readConfig(digestOf(imageManifest)), {
            name: 'UnreadableImageError',
            message: /: it is not the configuration of a container image\.$/,
          }),
      )
    })

    const storages: readonly (readonly [what: string, http: HttpClient, kind: FailureKind, message: RegExp])[] = [
      [
        'refuses',
        answers(403),
        'refusal',
        /the storage of ECR answered 403\. Check that the agent may read from Amazon S3 at 127/,
      ],
      ['is overloaded', answers(503), 'outage', /the storage of ECR answered 503\./],
      ['gives other bytes', answers(200), 'refusal', /the storage of ECR gave other bytes\. /],
      [
        'is out of reach',
        () => Promise.reject(new ConnectionError('bucket', 'ETIMEDOUT')),
        'outage',
        /the storage of ECR, bucket does not answer \(ETIMEDOUT\)\./,
      ],
    ]
    for (const [what, http, kind, message] of storages) {
      it(`throws where the storage of layers ${what}, and keeps its address for itself`, async () => {
        const name = await ecr.createRepository()
        const { digest } = await ecr.push(name, 'a')

        await assert.rejects(ecr.open(name, { http }).readConfig(parseDigest(digest)), (error: EcrError) => {
          const said = told(error)
          assert.match(said, /^Cannot read the configuration of sha256:/)
          assert.match(said, message)
          assert.ok(![said, error.message].some((text) => text.includes('X-Amz')))
          assert.equal(error.kind, kind)
          return true
        })
      })
    }

    it('reads no more of a configuration than one can have', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'a')
      const http: HttpClient = ({ maxBytes = 0 }) => Promise.reject(new TooLargeError('bucket', maxBytes))

      await rejects(ecr.open(name, { http }).readConfig(parseDigest(digest)), {
        name: 'UnreadableImageError',
        cause: new TooLargeError('bucket', 8 * 1024 * 1024),
        message:
          /^Cannot read the configuration of sha256:.*: it has more than 8 MiB, which no configuration of an image needs\.$/,
      })
    })

    it('is cancelled with its download', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, 'a')
      const cancelled = new Error('The job was cancelled.')

      await assert.rejects(
        ecr.open(name, { http: () => Promise.reject(cancelled) }).readConfig(parseDigest(digest)),
        cancelled,
      )
    })
  })
})

function answers(status: number): HttpClient {
  return () => Promise.resolve({ status, headers: {}, body: Buffer.from('{}') })
}
