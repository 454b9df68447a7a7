import assert from 'node:assert/strict'
import { readOidcToken } from '../../src/aws/oidc-token.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { withRetries } from '../../src/http/retry.ts'
import { type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'
import { rejects } from '../support/problems.ts'

const claims = { iss: 'https://issuer.example/1', sub: 'sc://org/project/aws', aud: 'api://AzureADTokenExchange' }

function aToken(payload: object): string {
  return ['{}', JSON.stringify(payload), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')
}

function gives(token: unknown): Reaction {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ oidcToken: token }) }
}

describe('readOidcToken', () => {
  let server: LoopbackServer
  let answers: Reaction[]
  const masked: string[] = []

  beforeEach(async () => {
    masked.length = 0
    answers = []
    server = await startServer(() => answers.shift() ?? gives(aToken(claims)))
  })
  afterEach(() => server.stop())

  function read(requestUri: string | undefined = `${server.url}/plans/1/oidctoken`, jobToken?: string) {
    let now = 0
    const sleep = (milliseconds: number) => Promise.resolve((now += milliseconds))
    const http = withRetries(httpClient(), { longestTotal: 3000, random: () => 0, now: () => now, sleep })
    const source = { requestUri, jobToken: () => jobToken ?? 'token-of-the-job' }
    return readOidcToken('guid-of-the-connection', source, { http, mask: (secret) => masked.push(secret) })
  }

  it('asks as Azure DevOps wants to be asked', async () => {
    await read(`${server.url}/plans/1/oidctoken?x=1`)

    const [{ method, path, headers, body } = assert.fail()] = server.requests
    assert.deepEqual(
      [method, path, body],
      ['POST', '/plans/1/oidctoken?x=1&api-version=7.1&serviceConnectionId=guid-of-the-connection', '{}'],
    )
    assert.equal(headers.authorization, 'Bearer token-of-the-job')
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['x-tfs-fedauthredirect'], 'Suppress')
  })

  it('gives the token and what it says, and masks it first', async () => {
    const { text, claims: said } = await read()

    assert.equal(text, aToken(claims))
    assert.deepEqual(said, { issuer: claims.iss, subject: claims.sub, audience: [claims.aud] })
    assert.deepEqual(masked, [text])
  })

  it('reads a token with several audiences, and one without any: AWS will say what it thinks of that', async () => {
    answers = [gives(aToken({ ...claims, aud: ['a', 'b'] })), gives(aToken({ ...claims, aud: undefined }))]

    assert.deepEqual((await read()).claims.audience, ['a', 'b'])
    assert.deepEqual((await read()).claims.audience, [])
  })

  it('asks again after a fault and after a cut connection', async () => {
    answers = [{ status: 500 }, 'reset']

    assert.equal((await read()).text, aToken(claims))
    assert.equal(server.requests.length, 3)
  })

  const refusals: readonly (readonly [what: string, answer: Reaction, code: string, message: RegExp])[] = [
    ['401', { status: 401 }, 'oidc-refused', /answered 401\. Let the pipeline use the connection/],
    ['a way to a sign-in page', { status: 302, headers: { location: '/signin' } }, 'oidc-refused', /answered 302/],
    ['a page', { body: '<html>Sign in</html>' }, 'oidc-garbled', /holds no token\. Check the agent's network/],
    ['JSON without a token', { body: '{"message":"no"}' }, 'oidc-garbled', /holds no token/],
    ['an empty token', gives(''), 'oidc-garbled', /holds no token/],
    ['what is no token', gives('geheim'), 'oidc-garbled', /holds no token/],
    ['a token that says nothing of itself', gives(aToken({})), 'oidc-garbled', /holds no token/],
  ]
  for (const [what, answer, code, message] of refusals) {
    it(`takes ${what} for a refusal`, async () => {
      answers = [answer]

      await rejects(read(), { name: 'SignInError', kind: 'refusal', code, message })
      assert.equal(server.requests.length, 1)
    })
  }

  it('takes lasting faults and silence for an outage', async () => {
    answers = Array.from({ length: 60 }, () => ({ status: 503 }))
    await rejects(read(), { kind: 'outage', code: 'oidc-refused', message: /answered 503\. Run again later/ })

    answers = Array.from({ length: 60 }, () => 'reset' as const)
    await rejects(read(), { kind: 'outage', code: 'oidc-unreachable', message: /does not answer/ })
  })

  it('says that there is none where the agent offers none', async () => {
    for (const uri of ['', 'nowhere']) {
      await rejects(read(uri), { code: 'no-oidc', message: /names no place for tokens/ })
    }
  })

  it('sends the token of the job nowhere without TLS', async () => {
    await rejects(read('http://dev.azure.example/oidctoken'), { name: 'UnsafeAddressError' })
  })
})
