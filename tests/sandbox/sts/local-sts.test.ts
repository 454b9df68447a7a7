import assert from 'node:assert/strict'
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers'
import { identities } from '../../../sandbox/iam/identities.ts'
import { type AzureDevOps, startAzureDevOps } from '../../../sandbox/oidc/azure-devops.ts'
import { type LocalSts, startLocalSts } from '../../../sandbox/sts/local-sts.ts'

const region = 'eu-west-1'
const user = { accessKeyId: 'AKIALOCALUSER0000000', secretAccessKey: 'secret' }
const byKey = 'arn:aws:iam::123456789012:role/by-key'
const byToken = 'arn:aws:iam::123456789012:role/by-token'

/** What a client does otherwise than the user who may assume the role. */
interface Otherwise {
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly region?: string
  readonly systemClockOffset?: number
}

describe('startLocalSts', () => {
  let azureDevOps: AzureDevOps
  let sts: LocalSts
  let now: Date

  beforeEach(async () => {
    now = new Date()
    azureDevOps = await startAzureDevOps()
    const { issuer, audience, subjectOf } = azureDevOps
    sts = await startLocalSts({
      account: '123456789012',
      region,
      identities: identities({ ...user, arn: 'arn:aws:iam::123456789012:user/ci' }),
      roles: [
        { arn: byKey, trusts: { caller: 'arn:aws:iam::123456789012:*', externalId: 'x-1' }, longest: 7200 },
        { arn: byToken, trusts: { issuer, audience, subject: subjectOf('*') } },
      ],
      issuers: [issuer],
      clock: () => now,
    })
  })
  afterEach(() => Promise.all([sts.stop(), azureDevOps.stop()]))

  const assume = (parameters: object = {}, { credentials = user, ...client }: Otherwise = {}) =>
    fromTemporaryCredentials({
      masterCredentials: credentials,
      params: { RoleArn: byKey, RoleSessionName: 'ci', ExternalId: 'x-1', ...parameters },
      clientConfig: { region, endpoint: sts.endpoint, maxAttempts: 1, ...client },
    })()
  const withToken = (webIdentityToken: string) =>
    fromWebToken({ roleArn: byToken, webIdentityToken, clientConfig: { region, endpoint: sts.endpoint } })()
  async function aToken(): Promise<string> {
    const address = `${azureDevOps.requestUri}?api-version=7.1&serviceConnectionId=guid`
    const headers = { authorization: `Bearer ${azureDevOps.jobToken}` }
    const answer = await fetch(address, { method: 'POST', headers })
    return ((await answer.json()) as { readonly oidcToken: string }).oidcToken
  }

  it('opens a session whose key signs further requests, until it ends', async () => {
    const { expiration, ...credentials } = await assume({ DurationSeconds: 7200 })

    assert.equal(expiration?.getTime(), now.getTime() + 7_200_000)
    await assert.rejects(assume({}, { credentials }), {
      name: 'AccessDenied',
      message: `User: arn:aws:sts::123456789012:assumed-role/by-key/ci is not authorized to perform: sts:AssumeRole on resource: ${byKey}`,
    })
    await assert.rejects(assume({}, { credentials: { ...credentials, sessionToken: 'other' } }), {
      name: 'InvalidClientTokenId',
    })
    now = new Date(now.getTime() + 7_200_000)
    await assert.rejects(assume({}, { credentials }), { name: 'ExpiredToken' })
  })

  const refusals: readonly (readonly [what: string, parameters: object, config: Otherwise, name: string])[] = [
    ['another external id', { ExternalId: 'x-2' }, {}, 'AccessDenied'],
    ['a role that there is not', { RoleArn: `${byKey}-2` }, {}, 'AccessDenied'],
    ['a session that is too long for the role', { DurationSeconds: 7201 }, {}, 'ValidationError'],
    ['a session that is too short', { DurationSeconds: 60 }, {}, 'ValidationError'],
    ['a session name with blanks', { RoleSessionName: 'a b' }, {}, 'ValidationError'],
    ['another region', {}, { region: 'us-east-1' }, 'SignatureDoesNotMatch'],
    ['a wrong secret', {}, { credentials: { ...user, secretAccessKey: 'x' } }, 'SignatureDoesNotMatch'],
    ['an unknown key', {}, { credentials: { ...user, accessKeyId: 'x' } }, 'InvalidClientTokenId'],
    ['a clock that is wrong', {}, { systemClockOffset: -3_600_000 }, 'SignatureDoesNotMatch'],
  ]
  for (const [what, parameters, config, name] of refusals) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(assume(parameters, config), { name })
    })
  }

  it('opens a session for a token of a known issuer', async () => {
    assert.match((await withToken(await aToken())).accessKeyId, /^ASIA/)
  })

  it('refuses a token that was changed, has ended, or comes from elsewhere', async () => {
    const token = await aToken()
    const [head = '', , signature = ''] = token.split('.')
    const claims = (more: object) =>
      Buffer.from(
        JSON.stringify({ iss: azureDevOps.issuer, sub: 'x', aud: azureDevOps.audience, exp: 9e9, ...more }),
      ).toString('base64url')

    await assert.rejects(withToken([head, claims({}), signature].join('.')), { name: /InvalidIdentityToken/ })
    await assert.rejects(withToken([head, claims({ iss: 'https://x.example' }), signature].join('.')), {
      message: 'No OpenIDConnect provider found in your account for https://x.example',
    })
    await assert.rejects(withToken([head, claims({ aud: undefined }), signature].join('.')), { message: /aud/ })
    now = new Date(now.getTime() + 3_600_000)
    await assert.rejects(withToken(token), { name: /ExpiredToken/ })
  })

  it('records what it was asked', async () => {
    await assume()

    assert.deepEqual(
      sts.requests.map(({ action, status }) => [action, status]),
      [['AssumeRole', 200]],
    )
  })
})
