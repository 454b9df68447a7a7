import assert from 'node:assert/strict'
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { AwsCredentials, Role } from '../../src/aws/aws-credentials.ts'
import type { Signing } from '../../src/aws/sign-in.ts'
import { connectRegion } from '../../src/ecr/ecr-connection.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { type Reaction, startServer } from '../support/loopback-server.ts'
import { rejects } from '../support/problems.ts'
import { type AwsUnderTest, connectionId, roleOf, startAwsUnderTest, userKey } from './aws-under-test.ts'

const region = 'eu-west-1'

function byKey(role: Role): AwsCredentials {
  return { kind: 'role', role, by: userKey, unused: [] }
}

function byToken(role: Role): AwsCredentials {
  return { kind: 'oidc', role, connectionId, unused: [] }
}

function keyOf(signing: Signing, inRegion = region) {
  return signing.kind === 'session' ? signing.keyFor(inRegion) : assert.fail('The key is a fixed one.')
}

describe('signIn', () => {
  let aws: AwsUnderTest
  beforeEach(async () => {
    aws = await startAwsUnderTest()
  })
  afterEach(() => aws.stop())

  it('gives a key as it is, and masks its secrets', () => {
    const key = { kind: 'static', ...userKey, sessionToken: 'token-of-the-session' } as const

    assert.deepEqual(aws.signIn(key), key)
    assert.deepEqual(aws.masked, [userKey.secretAccessKey, 'token-of-the-session'])
  })

  it('assumes a role by a key, with session name, duration and external id', async () => {
    const key = await keyOf(aws.signIn(byKey(roleOf('by-key-and-id', { externalId: 'x-1' }))))

    assert.match(key.accessKeyId, /^ASIA/)
    const [asked, ...more] = aws.sts.requests
    assert.equal(more.length, 0)
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId } = asked?.parameters ?? {}
    assert.deepEqual(
      [RoleArn, RoleSessionName, DurationSeconds, ExternalId],
      ['arn:aws:iam::123456789012:role/by-key-and-id', 'platform-image-7', '900', 'x-1'],
    )
    assert.deepEqual(aws.masked, [userKey.secretAccessKey, key.secretAccessKey, key.sessionToken])
  })

  it('assumes a role by a token of Azure DevOps for the connection', async () => {
    const key = await keyOf(aws.signIn(byToken(roleOf('by-token'))))

    assert.match(key.accessKeyId, /^ASIA/)
    const [token] = aws.azureDevOps.tokens
    assert.deepEqual(
      aws.sts.requests.map(({ action, parameters }) => [action, parameters.WebIdentityToken]),
      [['AssumeRoleWithWebIdentity', token]],
    )
    assert.deepEqual(aws.masked, [token, key.secretAccessKey, key.sessionToken])
  })

  it('signs in once for all requests of a region, and again shortly before the session ends', async () => {
    let now = Date.now()
    const signing = aws.signIn(byKey(roleOf('by-key')), { now: () => now })

    const [one, other] = await Promise.all([keyOf(signing), keyOf(signing)])
    now += 11 * 60 * 1000
    const renewed = await keyOf(signing)

    assert.equal(one, other)
    assert.notEqual(renewed.accessKeyId, one.accessKeyId)
    assert.equal(aws.sts.requests.length, 2)
  })

  it('asks for nothing before the first request', () => {
    aws.signIn(byToken(roleOf('by-token')))

    assert.deepEqual(aws.azureDevOps.tokens, [])
  })

  const denials: readonly (readonly [what: string, credentials: AwsCredentials, code: string, message: RegExp])[] = [
    ['a role that does not trust the key', byKey(roleOf('by-token')), 'AccessDenied', /asks for no external id/],
    [
      'a wrong external id',
      byKey(roleOf('by-key-and-id', { externalId: 'x-2' })),
      'AccessDenied',
      /sts:AssumeRole on resource: .*external id of the connection is the one/,
    ],
    ['a duration above the maximum', byKey(roleOf('by-key', { seconds: 7200 })), 'ValidationError', /maxduration/],
    [
      'a role of another subject',
      byToken(roleOf('of-others')),
      'AccessDenied',
      /the subject sc:\/\/local\/local\/7f4c/,
    ],
    ['another audience', byToken(roleOf('for-other-audience')), 'AccessDenied', /the audience api:\/\/AzureAD/],
  ]
  for (const [what, credentials, code, message] of denials) {
    it(`tells ${what}`, async () => {
      await rejects(keyOf(aws.signIn(credentials)), { name: 'SignInError', kind: 'refusal', code, message })
    })
  }

  it('tells what a refused token said, and never the token', async () => {
    const { issuer, audience, subjectOf, tokens } = aws.azureDevOps

    await assert.rejects(keyOf(aws.signIn(byToken(roleOf('of-others')))), (error: Error) => {
      assert.ok(!JSON.stringify([error, error.stack, error.message]).includes(tokens[0] ?? ''))
      return true
    })

    assert.deepEqual(aws.refused, [{ issuer, subject: subjectOf(connectionId), audience: [audience] }])
  })

  it('tells a wrong secret', async () => {
    const credentials = { ...byKey(roleOf('by-key')), by: { ...userKey, secretAccessKey: 'other' } } as AwsCredentials

    await rejects(keyOf(aws.signIn(credentials)), {
      code: 'SignatureDoesNotMatch',
      message: /: The request signature we calculated does not match the signature you provided\. Check the input/,
    })
  })

  it('refuses a role of another partition before anything is asked', async () => {
    await rejects(keyOf(aws.signIn(byToken(roleOf('by-token'))), 'cn-north-1'), {
      code: 'other-partition',
      message: /a role of the partition aws, and cn-north-1 is not one of its regions/,
    })
    assert.deepEqual(aws.azureDevOps.tokens, [])
  })

  it('never takes a failure of OpenID Connect for missing credentials', async () => {
    const oidc = { requestUri: aws.azureDevOps.requestUri, jobToken: () => 'expired' }

    await rejects(keyOf(aws.signIn(byToken(roleOf('by-token')), { oidc })), { code: 'oidc-refused', message: /401/ })
  })

  const answers: readonly (readonly [what: string, answer: Reaction, kind: string, code: RegExp, message: RegExp])[] = [
    ['an expired token', stsError('ExpiredTokenException', 'Token expired'), 'refusal', /^Expired/, /clock/],
    [
      'an unknown issuer',
      stsError('InvalidIdentityToken', 'No OpenIDConnect provider found in your account for https://issuer.example'),
      'refusal',
      /^InvalidIdentityToken/,
      /No OpenIDConnect provider .*identity provider with that issuer/,
    ],
    [
      'a clock that is wrong',
      stsError(
        'SignatureDoesNotMatch',
        'Signature expired: 20261130T090000Z is now earlier than 20261130T094000Z',
        403,
      ),
      'refusal',
      /^SignatureDoesNotMatch/,
      /Correct the agent's clock/,
    ],
    [
      'a region that is switched off',
      stsError('RegionDisabledException', 'STS is not activated in this region.', 403),
      'refusal',
      /^RegionDisabled/,
      /Activate STS/,
    ],
    ['a fault of STS', stsError('InternalFailure', 'Sorry.', 500), 'outage', /./, /Run again later/],
    ['silence', 'reset', 'outage', /^(ECONNRESET|EPIPE)$/, /STS does not answer/],
    [
      'a page',
      { status: 200, body: '<html>Sign in</html>' },
      'refusal',
      /^Unreadable$/,
      /the response is not from STS/,
    ],
  ]
  for (const [what, answer, kind, code, message] of answers) {
    it(`tells ${what}`, async () => {
      const server = await startServer(() => answer)
      process.env.AWS_ENDPOINT_URL_STS = server.url
      try {
        await assert.rejects(keyOf(aws.signIn(byToken(roleOf('by-token')))), (error: Error & { code: string }) => {
          assert.match(error.code, code)
          return true
        })
        await rejects(keyOf(aws.signIn(byToken(roleOf('by-token')))), { kind, message })
      } finally {
        await server.stop()
      }
    })
  }

  it('ends at once with the signal, also while STS is silent', async () => {
    const server = await startServer(() => 'silence')
    process.env.AWS_ENDPOINT_URL_STS = server.url
    const cancelled = new AbortController()
    const credentials = aws.signIn(byKey(roleOf('by-key')))
    const ecr = connectRegion(region, { credentials, signal: cancelled.signal })
    try {
      const asked = ecr.ask('sign in', (client, options) => client.send(new GetAuthorizationTokenCommand({}), options))
      while (server.requests.length === 0) await sleepFor(5)
      cancelled.abort(new Error('The job was cancelled.'))
      await assert.rejects(asked, /The job was cancelled/)
    } finally {
      await server.stop()
    }
  })

  it('says where to get credentials where the agent has none of its own', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', AWS_PROFILE: '' })
    try {
      await rejects(keyOf(aws.signIn({ kind: 'ambient' })), {
        code: 'no-credentials',
        message:
          'Cannot use the agent\'s own AWS credentials: it has none, and the input "awsCredentials" names none either. Choose a connection in the input "awsCredentials", or run on an agent that has a role.',
      })
    } finally {
      process.env = before
    }
  })
})

function stsError(code: string, message: string, status = 400): Reaction {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>1</RequestId></ErrorResponse>`,
  }
}
