import assert from 'node:assert/strict'
import { type HttpClient, httpClient, type HttpRequest, type HttpResponse } from '../../src/http/http-client.ts'
import { parseReference } from '../../src/model/reference.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { type CredentialsSource, signingClient } from '../../src/registry/sign-in.ts'
import { type LoopbackServer, type Reaction, type SeenRequest, startServer } from '../support/loopback-server.ts'
import { rejects, told } from '../support/problems.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const credentials: CredentialsSource = () => Promise.resolve({ username: 'reader', password: 'secret' })

interface TokenRegistry {
  readonly token?: (count: number) => Reaction
  /** What follows the realm. */
  readonly challenge?: string
  /** Says of each request with a token whether that is taken. */
  readonly isGood?: (authorization: string, asked: number) => boolean
}

describe('signingClient', () => {
  const servers: LoopbackServer[] = []

  async function start(react: (request: SeenRequest) => Reaction): Promise<LoopbackServer> {
    const server = await startServer(react)
    servers.push(server)
    return server
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  const placeAt = ({ host }: LoopbackServer, repository = 'a/b') => parseReference(`${host}/${repository}:1`)
  const manifestAt = ({ url }: LoopbackServer, repository = 'a/b'): HttpRequest => {
    return { method: 'GET', url: `${url}/v2/${repository}/manifests/1` }
  }
  const authorizations = ({ requests }: LoopbackServer) => requests.map(({ headers }) => headers.authorization)

  /** A place for tokens, which come numbered, and a registry that takes the ones that `isGood`. */
  async function startTokenRegistry({
    token = (count) => ({ body: JSON.stringify({ token: `token-${String(count)}` }) }),
    challenge = 'service="registry, of all",scope="repository:a/b:pull repository:c:pull"',
    isGood = () => true,
  }: TokenRegistry = {}) {
    let tokens = 0
    let asked = 0
    const auth = await start(() => token(++tokens))
    const registry = await start(({ headers: { authorization = '' } }) => {
      if (authorization.startsWith('Bearer ') && isGood(authorization, ++asked)) return { body: 'manifest' }
      return { status: 401, headers: { 'www-authenticate': `Bearer realm="${auth.url}/token?x=1",${challenge}` } }
    })
    return { auth, registry }
  }

  it('asks without credentials, and for none, where the registry is for everybody', async () => {
    const registry = await start(() => ({ body: 'manifest' }))
    const never: CredentialsSource = () => Promise.reject(new Error('asked without need'))

    const send = signingClient(httpClient(), { credentials: never })
    const { response, hasCredentials } = await send(placeAt(registry), manifestAt(registry))

    assert.deepEqual([response.status, hasCredentials], [200, false])
    assert.deepEqual(authorizations(registry), [undefined])
  })

  it('gets a token without credentials where it has none, with service and scopes as they are told', async () => {
    const { auth, registry } = await startTokenRegistry()

    const { response, hasCredentials } = await signingClient(httpClient(), {})(placeAt(registry), manifestAt(registry))

    assert.deepEqual([response.body.toString(), hasCredentials], ['manifest', false])
    const [seen] = auth.requests
    const url = new URL(seen?.path ?? '', auth.url)
    assert.deepEqual(
      [...url.searchParams],
      [
        ['x', '1'],
        ['service', 'registry, of all'],
        ['scope', 'repository:a/b:pull'],
        ['scope', 'repository:c:pull'],
      ],
    )
    assert.equal(seen?.headers.authorization, undefined)
    assert.deepEqual(authorizations(registry), [undefined, 'Bearer token-1'])
  })

  it('asks to pull from the repository where it is told no scope', async () => {
    const { auth, registry } = await startTokenRegistry({ challenge: 'service=a' })

    await signingClient(httpClient(), {})(placeAt(registry), manifestAt(registry))

    assert.equal(auth.requests[0]?.path, '/token?x=1&service=a&scope=repository%3Aa%2Fb%3Apull')
  })

  it('gets a token with credentials, which the registry itself never sees', async () => {
    const { auth, registry } = await startTokenRegistry()
    const asked: string[] = []
    const find: CredentialsSource = (name) => {
      asked.push(name)
      return credentials(name)
    }

    const { hasCredentials } = await signingClient(httpClient(), { credentials: find })(
      placeAt(registry),
      manifestAt(registry),
    )

    assert.equal(hasCredentials, true)
    assert.deepEqual(asked, [registry.host])
    assert.deepEqual(authorizations(auth), [basic('reader:secret')])
    assert.deepEqual(authorizations(registry), [undefined, 'Bearer token-1'])
  })

  it('keeps a token for its repository, and gets another one for another', async () => {
    const { auth, registry } = await startTokenRegistry()
    const send = signingClient(httpClient(), {})

    await send(placeAt(registry), manifestAt(registry))
    await send(placeAt(registry), manifestAt(registry))
    await send(placeAt(registry, 'other'), manifestAt(registry, 'other'))

    assert.equal(auth.requests.length, 2)
    assert.deepEqual(authorizations(registry), [
      undefined,
      'Bearer token-1',
      'Bearer token-1',
      undefined,
      'Bearer token-2',
    ])
  })

  it('gets one token for requests at the same time', async () => {
    const { auth, registry } = await startTokenRegistry()
    const send = signingClient(httpClient(), {})

    await Promise.all([1, 2, 3].map(() => send(placeAt(registry), manifestAt(registry))))

    assert.equal(auth.requests.length, 1)
  })

  it('replaces a token that has expired', async () => {
    const { auth, registry } = await startTokenRegistry({
      isGood: (authorization, asked) => authorization === 'Bearer token-2' || asked === 1,
    })
    const send = signingClient(httpClient(), {})

    await send(placeAt(registry), manifestAt(registry))
    const { response } = await send(placeAt(registry), manifestAt(registry))

    assert.equal(response.status, 200)
    assert.equal(auth.requests.length, 2)
  })

  it('gives back the 401 where a new token is refused too', async () => {
    const { registry } = await startTokenRegistry({ isGood: () => false })

    const { response } = await signingClient(httpClient(), {})(placeAt(registry), manifestAt(registry))

    assert.equal(response.status, 401)
    assert.equal(registry.requests.length, 2)
  })

  it('takes a token by its other name', async () => {
    const { registry } = await startTokenRegistry({ token: () => ({ body: '{"access_token":"other"}' }) })

    await signingClient(httpClient(), {})(placeAt(registry), manifestAt(registry))

    assert.equal(authorizations(registry).at(-1), 'Bearer other')
  })

  const noTokens: readonly (readonly [what: string, answer: Reaction, status: number | undefined, message: RegExp])[] =
    [
      [
        'is refused',
        { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED"}]}' },
        401,
        /gives no token: 401 UNAUTHORIZED\. The registry \S+ does not accept the credentials\. Check those in the input "baseRegistryConnection", for ECR in the input "awsCredentials" or in Docker's configuration on the agent\.$/,
      ],
      ['is forbidden', { status: 403 }, 403, /gives no token: 403\. The registry \S+ does not accept the credentials/],
      ['is out of order', { status: 503 }, 503, /gives no token: 503\. Run again later\.$/],
      ['is busy', { status: 429 }, 429, /gives no token: 429\. The registry wants fewer requests/],
      [
        'answers with a web page',
        { body: '<html>' },
        undefined,
        /the answer of \S+ holds no token\. Check the agent's network/,
      ],
      ['answers without a token', { body: '{"expires_in":300}' }, undefined, /the answer of \S+ holds no token/],
      ['answers with an empty token', { body: '{"token":""}' }, undefined, /the answer of \S+ holds no token/],
      [
        'answers with a token that would break a header',
        { body: '{"token":"a\\r\\nb"}' },
        undefined,
        /the answer of \S+ holds no token/,
      ],
    ]
  for (const [what, answer, status, message] of noTokens) {
    it(`throws where the place for tokens ${what}`, async () => {
      const { auth, registry } = await startTokenRegistry({ token: () => answer })
      const send = signingClient(httpClient(), { credentials })

      await assert.rejects(send(placeAt(registry), manifestAt(registry)), (error: Error) => {
        assert.ok(error instanceof RegistryError)
        assert.equal(error.status, status)
        assert.match(told(error), message)
        assert.ok(told(error).includes(auth.host))
        assert.doesNotMatch(`${told(error)} ${error.message}`, /secret|token\?|scope=|Basic/)
        return true
      })
    })
  }

  it('tries again after it got no token', async () => {
    const { registry } = await startTokenRegistry({
      token: (count) => (count === 1 ? { status: 503 } : { body: '{"token":"late"}' }),
    })
    const send = signingClient(httpClient(), {})

    await rejects(send(placeAt(registry), manifestAt(registry)), { name: 'RegistryError' })

    assert.equal((await send(placeAt(registry), manifestAt(registry))).response.status, 200)
  })

  it('masks password, proof and token before they are used', async () => {
    const { registry } = await startTokenRegistry()
    const masked: string[] = []

    await signingClient(httpClient(), { credentials, mask: (secret) => masked.push(secret) })(
      placeAt(registry),
      manifestAt(registry),
    )

    assert.deepEqual(masked, ['secret', basic('reader:secret').slice('Basic '.length), 'token-1'])
  })

  it('answers a Basic challenge with credentials, from then on at once', async () => {
    const registry = await start(({ headers }) =>
      headers.authorization === basic('reader:secret')
        ? { body: 'manifest' }
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="a, b"' } },
    )
    const send = signingClient(httpClient(), { credentials })

    await send(placeAt(registry), manifestAt(registry))
    const { response, hasCredentials } = await send(placeAt(registry), manifestAt(registry))

    assert.deepEqual([response.status, hasCredentials], [200, true])
    assert.deepEqual(authorizations(registry), [undefined, basic('reader:secret'), basic('reader:secret')])
  })

  for (const challenge of ['Basic realm="a"', 'Negotiate', 'Bearer service="no realm"', '']) {
    it(`gives back the 401 where nothing can be done about ${challenge === '' ? 'no challenge' : challenge}`, async () => {
      const registry = await start(() => ({ status: 401, headers: { 'www-authenticate': challenge } }))

      const { response, hasCredentials } = await signingClient(httpClient(), {})(
        placeAt(registry),
        manifestAt(registry),
      )

      assert.deepEqual([response.status, hasCredentials, registry.requests.length], [401, false, 1])
    })
  }

  it('answers no challenge of a host that a redirect led to', async () => {
    const storage = await start(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="a"' } }))
    const registry = await start(() => ({ status: 307, headers: { location: `${storage.url}/blob` } }))

    const { response } = await signingClient(httpClient(), { credentials })(placeAt(registry), manifestAt(registry))

    assert.equal(response.status, 401)
    assert.deepEqual(authorizations(storage), [undefined])
  })

  describe('with places for tokens', () => {
    /** A registry that names this place; every other place gives a token. Gives the requests with their authorization. */
    async function askWithRealm(registry: string, realm: string): Promise<readonly string[]> {
      const seen: string[] = []
      const answer = (status: number, body: string, headers = {}): HttpResponse => {
        return { status, headers, body: Buffer.from(body) }
      }
      const http: HttpClient = ({ url, headers }) => {
        seen.push(`${url} ${headers?.authorization ?? ''}`.trim())
        if (!url.startsWith(`https://${registry}/v2/`)) return Promise.resolve(answer(200, '{"token":"good"}'))
        const isSignedIn = headers?.authorization === 'Bearer good'
        return Promise.resolve(
          answer(isSignedIn ? 200 : 401, '', { 'www-authenticate': `Bearer realm="${realm}",scope="s"` }),
        )
      }
      const place = parseReference(`${registry}/a:1`)
      await signingClient(http, { credentials })(place, { method: 'HEAD', url: `https://${registry}/v2/a/manifests/1` })
      return seen
    }

    it('takes any https address, without a user name in it', async () => {
      assert.deepEqual(await askWithRealm('registry.example', 'https://mallory:x@auth.example/token'), [
        'https://registry.example/v2/a/manifests/1',
        `https://auth.example/token?scope=s ${basic('reader:secret')}`,
        'https://registry.example/v2/a/manifests/1 Bearer good',
      ])
    })

    for (const realm of [
      'http://auth.example/token',
      'http://127.0.0.1:5000/token',
      'file:///etc/passwd',
      '/token',
      '',
    ]) {
      it(`takes no credentials to "${realm}"`, async () => {
        await rejects(askWithRealm('registry.example', realm), {
          name: 'RegistryError',
          message:
            'Cannot read registry.example/a:1: registry.example does not give an https address for its tokens. Check the input "registryMirrors".',
        })
      })
    }
  })
})
