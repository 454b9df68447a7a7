import assert from 'node:assert/strict'
import type { AwsCredentials } from '../../src/aws/aws-settings.ts'
import { type EcrOptions, ecrRepository } from '../../src/ecr/ecr-repository.ts'
import { type HttpClient, httpClient } from '../../src/http/http-client.ts'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { startServer } from '../support/loopback-server.ts'
import { memoryRepository } from '../support/memory-repository.ts'
import { repositoryContract } from '../support/repository-contract.ts'
import { putIndex } from '../support/tiny-image.ts'

describe('ecrRepository', () => {
  let fixture: Fixture
  let previous: string | undefined

  before(async () => {
    fixture = await startFixture()
    previous = process.env.AWS_ENDPOINT_URL_ECR
    process.env.AWS_ENDPOINT_URL_ECR = fixture.ecr.endpoint
  })
  after(async () => {
    if (previous === undefined) delete process.env.AWS_ENDPOINT_URL_ECR
    else process.env.AWS_ENDPOINT_URL_ECR = previous
    await fixture.stop()
  })

  const key = (): AwsCredentials => ({ kind: 'static', ...fixture.ecr.credentials })
  const open = (repositoryName: string, overrides: Partial<EcrOptions> = {}) =>
    ecrRepository({
      repositoryName,
      region: fixture.ecr.region,
      credentials: key(),
      http: httpClient(),
      mask: () => undefined,
      ...overrides,
    })

  /** Runs calls against an ECR whose every answer is written by the test. */
  async function answeredBy<T>(answer: (body: string) => object, call: () => Promise<T>): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1' }
    const server = await startServer(({ body }) => ({ headers, body: JSON.stringify(answer(body)) }))
    process.env.AWS_ENDPOINT_URL_ECR = server.url
    try {
      return await call()
    } finally {
      process.env.AWS_ENDPOINT_URL_ECR = fixture.ecr.endpoint
      await server.stop()
    }
  }

  describe('as any repository', () => {
    repositoryContract(() =>
      Promise.resolve({
        repository: open('platform/aspnet'),
        push: async (tag, environment) =>
          parseDigest((await fixture.push('platform/aspnet', tag, { environment })).digest),
        stop: () => Promise.resolve(),
      }),
    )
  })

  it('creates a repository that scans, and keeps versions from being overwritten by a push', async () => {
    const repository = open('platform/created')

    const { uri } = await repository.create({ scanOnPush: true, immutableTags: '10.0-noble-*.*' })

    assert.equal(uri, `${fixture.ecr.host}/platform/created`)
    await fixture.push('platform/created', '10.0-noble-1.0.0', { layers: ['one'] })
    await assert.rejects(fixture.push('platform/created', '10.0-noble-1.0.0', { layers: ['two'] }), /TAG_INVALID|400/)
  })

  it('lists every tag of an image, and none of untagged images', async () => {
    const name = await fixture.createRepository()
    const pushed = await fixture.push(name, 'tag-0')
    for (let index = 1; index < 5; index++) await fixture.retag(name, { imageTag: 'tag-0' }, `tag-${String(index)}`)
    await fixture.push(name, undefined, { layers: ['untagged'] })

    const tags = await open(name).tags()

    assert.deepEqual(
      [...(tags ?? [])].sort(),
      [0, 1, 2, 3, 4].map((index) => [`tag-${String(index)}`, pushed.digest]),
    )
  })

  it('lists tags over all pages', async () => {
    const pages: Record<string, object> = {
      first: { imageDetails: [{ imageDigest: digestOf('a'), imageTags: ['a'] }], nextToken: 'second' },
      second: { imageDetails: [{ imageDigest: digestOf('b') }], nextToken: 'third' },
      third: { imageDetails: [{ imageDigest: digestOf('c'), imageTags: ['c', 'latest'] }] },
    }
    const answer = (body: string) => {
      const { nextToken = 'first' } = JSON.parse(body) as { nextToken?: string }
      return pages[nextToken] ?? {}
    }

    const tags = await answeredBy(answer, () => open('platform/aspnet').tags())

    assert.deepEqual([...(tags?.keys() ?? [])], ['a', 'c', 'latest'])
    assert.equal(tags?.get('latest'), digestOf('c'))
  })

  it('trusts no manifest whose bytes have another digest', async () => {
    const answer = () => ({ images: [{ imageManifest: '{"converted":true}' }] })

    await answeredBy(answer, () =>
      assert.rejects(open('platform/aspnet').pointTag('latest', digestOf('pushed')), {
        name: 'EcrError',
        code: 'ImageDigestDoesNotMatchException',
        message: /ECR gave other bytes\.$/,
      }),
    )
  })

  it('tells an empty repository from a missing one', async () => {
    const name = await fixture.createRepository()

    assert.deepEqual(await open(name).tags(), new Map())
    assert.equal(await open('platform/missing').tags(), undefined)
    assert.equal(await open('platform/missing').describe(), undefined)
  })

  it('names an account that is not the own one', async () => {
    const name = await fixture.createRepository()

    assert.equal(await open(name, { registryId: '999999999999' }).describe(), undefined)
    assert.notEqual(await open(name, { registryId: fixture.ecr.account }).describe(), undefined)
  })

  it('reads labels and environment of an image', async () => {
    const name = await fixture.createRepository()
    const { digest } = await fixture.push(name, 'a', { labels: { owner: 'us' }, environment: { ASPNET_VERSION: '1' } })

    assert.deepEqual(await open(name).readConfig(parseDigest(digest)), {
      labels: { owner: 'us' },
      environment: { ASPNET_VERSION: '1' },
    })
  })

  it('moves a tag to the very bytes that were pushed, of either format', async () => {
    const name = await fixture.createRepository()
    for (const format of ['docker', 'oci'] as const) {
      const { digest } = await fixture.push(name, format, { format, layers: [format] })

      await open(name).pointTag('moving', parseDigest(digest))

      assert.equal((await fixture.ecr.tags(name)).get('moving'), digest)
    }
  })

  it('refuses an image index', async () => {
    const name = await fixture.createRepository()
    const image = await fixture.push(name)
    const target = { registry: fixture.ecr.endpoint, authorization: await fixture.authorization(), repository: name }
    const { digest } = await putIndex({ ...target, tag: 'index', images: [image] })

    await assert.rejects(open(name).readConfig(parseDigest(digest)), {
      name: 'EcrError',
      code: 'ImageIndex',
      message: /is an image index\. Lines of several platforms are not kept yet/,
    })
  })

  it('masks the token and the password before anybody gets them', async () => {
    const masked: string[] = []

    const { username, password } = await open('any', { mask: (secret) => masked.push(secret) }).credentials()

    const token = Buffer.from(`${username}:${password}`).toString('base64')
    assert.deepEqual(new Set(masked), new Set([token, password]))
  })

  const badKeys: readonly (readonly [what: string, change: Partial<Extract<AwsCredentials, { kind: 'static' }>>])[] = [
    ['a wrong access key', { accessKeyId: 'AKIAWRONG' }],
    ['a wrong secret', { secretAccessKey: 'wrong-secret' }],
  ]
  for (const [what, change] of badKeys) {
    it(`names the input of ${what}, and shows nothing of it`, async () => {
      const credentials = { kind: 'static' as const, ...fixture.ecr.credentials, ...change }

      await assert.rejects(open('platform/aspnet', { credentials }).tags(), (error: Error) => {
        assert.equal(error.name, 'EcrError')
        assert.match(error.message, /^Cannot list the tags of the repository platform\/aspnet in eu-west-1: /)
        assert.match(error.message, /Check the input "awsCredentials"\.$/)
        assert.ok(!error.message.includes('wrong-secret'))
        return true
      })
    })
  }

  it('says which permission is missing', async () => {
    const message = 'User: me is not authorized to perform: ecr:DescribeImages.'
    fixture.ecr.inject({ operation: 'DescribeImages', failure: { error: 'AccessDeniedException', message } })

    await assert.rejects(open('platform/aspnet').tags(), {
      code: 'AccessDeniedException',
      message: `Cannot list the tags of the repository platform/aspnet in eu-west-1: ${message} Add that permission to the role or user.`,
    })
  })

  it('gets over a connection that is cut once', async () => {
    const name = await fixture.createRepository()
    fixture.ecr.inject({ operation: 'DescribeImages', failure: 'connection-reset' })

    assert.deepEqual(await open(name).tags(), new Map())
  })

  const badStorage: readonly (readonly [what: string, http: HttpClient])[] = [
    ['refuses', () => Promise.resolve({ status: 403, headers: {}, body: Buffer.from('<Error/>') })],
    ['gives other bytes', () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{}') })],
  ]
  for (const [what, http] of badStorage) {
    it(`throws where the storage of layers ${what}`, async () => {
      const name = await fixture.createRepository()
      const { digest } = await fixture.push(name, 'a')

      await assert.rejects(open(name, { http }).readConfig(parseDigest(digest)), {
        name: 'EcrError',
        message: /^Cannot read the configuration of sha256:.*its storage answered (403|200)/,
      })
    })
  }

  it('says which image is not there', async () => {
    const name = await fixture.createRepository()
    const gone = digestOf('gone')

    await assert.rejects(open(name).readConfig(gone), {
      code: /^ImageNotFound/,
      message: new RegExp(`^Cannot read ${gone} in the repository ${name} in eu-west-1: `),
    })
    await assert.rejects(open(name).pushedAt(gone), { code: 'ImageNotFoundException' })
  })
})

describe('memoryRepository', () => {
  repositoryContract(() => {
    const repository = memoryRepository({ exists: false })
    return Promise.resolve({
      repository,
      push: (tag, environment) => Promise.resolve(repository.push(tag, { environment })),
      stop: () => Promise.resolve(),
    })
  })
})
