import assert from 'node:assert/strict'
import type { AwsCredentials, Role } from '../../src/aws/aws-credentials.ts'
import { type AwsFields, parseAwsConnection } from '../../src/aws/parse-aws-connection.ts'
import { throws } from '../support/problems.ts'

const arn = 'arn:aws:iam::123456789012:role/ci/platform-images'
const key = { username: 'AKIA', password: 'secret' }
const fixed = { accessKeyId: 'AKIA', secretAccessKey: 'secret' }
const ambient: AwsCredentials = { kind: 'ambient' }
/** As Terraform writes a connection: all fields, most of them blank. */
const blanks: AwsFields = {
  ...{ username: '', password: '', sessionToken: '', assumeRoleArn: '', roleSessionName: '', externalId: '' },
  useOIDC: 'false',
}

type Names = Readonly<Record<string, string>>

/** What the parser makes of a connection, variables and an environment. */
function parse(fields?: AwsFields, variables: Names = {}, environment: Names = {}): AwsCredentials {
  return parseAwsConnection(fields && { id: 'guid', fields }, { variable: (name) => variables[name], environment })
}

function aRole(more: Partial<Role> = {}): Role {
  return { arn, sessionName: 'platform-image', seconds: 3600, ...more }
}

describe('parseAwsConnection', () => {
  const connections: readonly (readonly [what: string, fields: AwsFields, credentials: AwsCredentials])[] = [
    ['an empty one', {}, ambient],
    ['one of blanks', { ...blanks, username: ' ', sessionToken: ' ' }, ambient],
    ['a key', { ...blanks, ...key }, { kind: 'static', ...fixed }],
    ['a key with blanks around', { username: ' AKIA ', password: 'secret\n' }, { kind: 'static', ...fixed }],
    ['a key with a blank token', { ...key, sessionToken: ' ' }, { kind: 'static', ...fixed }],
    ['a session', { ...key, sessionToken: 'token' }, { kind: 'static', ...fixed, sessionToken: 'token' }],
    ['a key with OpenID Connect switched off', { ...key, useOIDC: 'False' }, { kind: 'static', ...fixed }],
    [
      'a role that a key assumes',
      { ...blanks, ...key, assumeRoleArn: arn },
      { kind: 'role', role: aRole(), by: fixed, unused: [] },
    ],
    [
      'a role that a session assumes, with external id and session name',
      { ...key, sessionToken: 'token', assumeRoleArn: arn, externalId: 'x-1', roleSessionName: 'nightly' },
      {
        kind: 'role',
        role: aRole({ externalId: 'x-1', sessionName: 'nightly' }),
        by: { ...fixed, sessionToken: 'token' },
        unused: [],
      },
    ],
    [
      'a role that the agent assumes',
      { ...blanks, assumeRoleArn: ` ${arn} ` },
      { kind: 'role', role: aRole(), by: 'ambient', unused: [] },
    ],
    [
      'a role beside a stale password',
      { ...blanks, assumeRoleArn: arn, password: 'stale' },
      { kind: 'role', role: aRole(), by: 'ambient', unused: ['password'] },
    ],
    [
      'OpenID Connect',
      { ...blanks, assumeRoleArn: arn, useOIDC: 'true' },
      { kind: 'oidc', role: aRole(), connectionId: 'guid', unused: [] },
    ],
    [
      'OpenID Connect in upper case, beside a stale key',
      { ...key, sessionToken: 'old', assumeRoleArn: arn, useOIDC: 'TRUE' },
      { kind: 'oidc', role: aRole(), connectionId: 'guid', unused: ['username', 'password', 'sessionToken'] },
    ],
    [
      'a session name with what STS does not take',
      { assumeRoleArn: arn, roleSessionName: 'Nightly build / #7' },
      { kind: 'role', role: aRole({ sessionName: 'Nightly-build-7' }), by: 'ambient', unused: [] },
    ],
    [
      'a session name of one letter, and no more than 64',
      { assumeRoleArn: arn, roleSessionName: 'x' },
      { kind: 'role', role: aRole({ sessionName: 'x-' }), by: 'ambient', unused: [] },
    ],
  ]
  for (const [what, fields, credentials] of connections) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parse(fields), credentials)
    })
  }

  const environment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'of-env', AWS_SESSION_TOKEN: '' }
  const ofEnvironment = { accessKeyId: 'ENV', secretAccessKey: 'of-env' }
  const variables = { 'AWS.AccessKeyID': 'VAR', 'AWS.SecretAccessKey': 'of-var', 'AWS.SessionToken': 't' }
  const ofVariables = { accessKeyId: 'VAR', secretAccessKey: 'of-var', sessionToken: 't' }
  const roleVariables = { 'AWS.AssumeRoleArn': arn, 'AWS.ExternalId': 'x-1', 'AWS.RoleSessionName': 'weekly' }
  const ofRoleVariables = aRole({ externalId: 'x-1', sessionName: 'weekly' })

  it('prefers the connection to variables, and variables to the environment', () => {
    assert.deepEqual(parse(key, variables, environment), { kind: 'static', ...fixed })
    assert.deepEqual(parse(blanks, variables, environment), { kind: 'static', ...ofVariables })
    assert.deepEqual(parse(undefined, variables, environment), { kind: 'static', ...ofVariables })
    assert.deepEqual(parse(undefined, {}, environment), { kind: 'static', ...ofEnvironment })
    assert.deepEqual(parse(undefined, {}, {}), ambient)
  })

  it('lets the best key that there is assume the role of the variables', () => {
    const role = { kind: 'role', role: ofRoleVariables, unused: [] } as const
    assert.deepEqual(parse(undefined, { ...roleVariables, ...variables }, environment), { ...role, by: ofVariables })
    assert.deepEqual(parse(undefined, roleVariables, environment), { ...role, by: ofEnvironment })
    assert.deepEqual(parse(undefined, roleVariables), { ...role, by: 'ambient' })
  })

  it("lets the agent's key assume the role of a connection without one", () => {
    const expected = { kind: 'role', role: aRole(), by: ofEnvironment, unused: [] }

    assert.deepEqual(parse({ assumeRoleArn: arn }, variables, environment), expected)
  })

  it('names a session after its run', () => {
    const nameFor = (run: Names) => (parse({ assumeRoleArn: arn }, run) as { readonly role: Role }).role.sessionName

    assert.equal(nameFor({ 'Build.BuildId': '412' }), 'platform-image-412')
    assert.equal(nameFor({ 'Release.ReleaseId': '9' }), 'platform-image-9')
  })

  it('takes the duration of the Toolkit', () => {
    const secondsFor = (seconds: string) =>
      (parse({ assumeRoleArn: arn }, { 'aws.rolecredential.maxduration': seconds }) as { readonly role: Role }).role
        .seconds

    assert.equal(secondsFor('900'), 900)
    assert.equal(secondsFor(' 43200 '), 43_200)
    for (const seconds of ['899', '43201', '1h', '-900']) {
      throws(() => secondsFor(seconds), { name: 'InvalidValue', message: /aws\.rolecredential\.maxduration/ })
    }
  })

  const refused: readonly (readonly [
    what: string,
    fields: AwsFields | undefined,
    variables: Names,
    message: RegExp,
  ])[] = [
    ['half a key', { username: 'AKIA' }, {}, /half a key/],
    ['the other half', { password: 'secret' }, {}, /half a key/],
    ['half a key beside a role', { username: 'AKIA', assumeRoleArn: arn }, {}, /half a key/],
    ['OpenID Connect without a role', { useOIDC: 'true' }, {}, /without a role/],
    ['what is no role', { assumeRoleArn: 'platform-images' }, {}, /not the ARN of a role/],
    ['the ARN of a user', { assumeRoleArn: 'arn:aws:iam::123456789012:user/x' }, {}, /not the ARN of a role/],
    ['half a key in variables', undefined, { 'AWS.AccessKeyID': 'AKIA' }, /AWS\.SecretAccessKey/],
  ]
  for (const [what, fields, given, message] of refused) {
    it(`refuses ${what}, and shows no secret`, () => {
      throws(() => parse(fields, given), { name: 'InvalidValue', message })
      throws(() => parse(fields, given), { name: 'InvalidValue', message: /^(?!.*"?secret"?\.)/ })
    })
  }
})
