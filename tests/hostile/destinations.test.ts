import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mayLeadTo } from '../../src/model/safe-address.ts'
import { parseReference } from '../../src/model/reference.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { type EcrUnderTest, json, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { startServer } from '../support/loopback-server.ts'
import { rejects } from '../support/problems.ts'

describe('mayLeadTo', () => {
  const rows: readonly (readonly [from: string, to: string, may: boolean])[] = [
    ['https://a.example/', 'https://b.example/', true],
    ['https://a.example/', 'http://b.example/', false],
    ['https://a.example/', 'http://127.0.0.1/', false],
    ['http://localhost:5000/', 'http://127.0.0.1:80/', true],
    ['http://localhost:5000/', 'https://b.example/', true],
    ['http://localhost:5000/', 'http://b.example/', false],
    ['https://localhost:5000/', 'http://localhost/', false],
    ['https://a.example/', 'file:///etc/passwd', false],
    ['https://a.example/', 'javascript:alert(1)', false],
    ...[
      'localhost',
      'localhost.',
      'LOCALHOST',
      'a.localhost',
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '2130706433',
      '0.0.0.0',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:127.9.9.9]',
      '[::ffff:0.0.0.0]',
    ].map((host) => ['https://a.example/', `https://${host}/`, false] as const),
  ]
  for (const [from, to, may] of rows) {
    it(`says ${String(may)} of ${from} to ${to}`, () => {
      assert.equal(mayLeadTo(new URL(from), new URL(to)), may)
    })
  }

  it('never leads from https to anything else', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), fc.constantFrom('http', 'ftp', 'ws', 'file'), (from, to, scheme) => {
        assert.ok(!mayLeadTo(new URL(`https://${from}`), new URL(`${scheme}://${to}`)))
      }),
    )
  })
})

describe('a registry on this machine', () => {
  it('leads to no address without TLS by a redirect of HEAD, GET or a blob', async () => {
    const registry = await startServer(() => ({ status: 307, headers: { location: 'http://evil.example/v2/' } }))
    const client = registryClient(httpClient(), {})
    try {
      await rejects(client.resolve(parseReference(`${registry.host}/a/b:1`)), {
        message: new RegExp(`^${registry.host} sends the task on to evil.example over http`),
      })
    } finally {
      await registry.stop()
    }
  })

  it('leads to no place for tokens without TLS', async () => {
    const headers = { 'www-authenticate': 'Bearer realm="http://evil.example/token",service="x"' }
    const registry = await startServer(() => ({ status: 401, headers }))
    const client = registryClient(httpClient(), {})
    try {
      await rejects(client.resolve(parseReference(`${registry.host}/a/b:1`)), {
        message: /does not give an https address/,
      })
    } finally {
      await registry.stop()
    }
  })
})

describe('an answer of ECR', () => {
  let ecr: EcrUnderTest

  before(async function () {
    this.timeout(30_000)
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  const account = '123456789012'
  const own = `${account}.dkr.ecr.eu-west-1.amazonaws.com`
  const token = Buffer.from('AWS:geheim').toString('base64')

  /** What comes of a push's questions where ECR names these addresses. */
  async function ask({ uri, endpoint = `https://${own}`, registryId }: Answered): Promise<unknown> {
    const answer = (body: string) =>
      body.includes('repositoryNames')
        ? json({ repositories: [{ repositoryUri: uri, imageTagMutability: 'MUTABLE' }] })
        : json({ authorizationData: [{ authorizationToken: token, proxyEndpoint: endpoint }] })
    return ecr.answeredBy(answer, async () => {
      const repository = ecr.open('platform/aspnet', registryId === undefined ? {} : { registryId })
      await repository.describe()
      return repository.credentials()
    })
  }

  interface Answered {
    readonly uri: string
    readonly endpoint?: string
    readonly registryId?: string
  }

  const believed: readonly Answered[] = [
    { uri: `${own}/platform/aspnet` },
    { uri: `${own}/platform/aspnet`, registryId: account },
    { uri: `${account}.dkr-ecr.eu-west-1.on.aws/platform/aspnet` },
    { uri: '210987654321.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet', registryId: '210987654321' },
  ]
  for (const answered of believed) {
    it(`is believed: ${JSON.stringify(answered)}`, async () => {
      assert.deepEqual(await ask(answered), { username: 'AWS', password: 'geheim' })
    })
  }

  const refused: readonly (readonly [answered: Answered, field: string])[] = [
    [{ uri: 'evil.example/platform/aspnet' }, 'repositoryUri'],
    [{ uri: `${own}.evil.example/platform/aspnet` }, 'repositoryUri'],
    [{ uri: `${own}/platform/other` }, 'repositoryUri'],
    [{ uri: `${own}/platform/aspnet\n<img>` }, 'repositoryUri'],
    [{ uri: `${account}.dkr.ecr.us-east-1.amazonaws.com/platform/aspnet` }, 'repositoryUri'],
    [{ uri: `${account}.dkr.ecr.eu-west-1.amazonaws.com.cn/platform/aspnet` }, 'repositoryUri'],
    [{ uri: `${own}/platform/aspnet`, registryId: '210987654321' }, 'repositoryUri'],
    [
      { uri: `${own}/platform/aspnet`, endpoint: 'https://210987654321.dkr.ecr.eu-west-1.amazonaws.com' },
      'proxyEndpoint',
    ],
    [{ uri: `${own}/platform/aspnet`, endpoint: 'https://evil.example' }, 'proxyEndpoint'],
  ]
  for (const [answered, field] of refused) {
    it(`is not believed: ${JSON.stringify(answered)}`, async () => {
      await rejects(ask(answered), { message: new RegExp(`the "${field}" of ECR's answer is not an address`) })
    })
  }
})
