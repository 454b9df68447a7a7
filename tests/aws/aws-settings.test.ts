import assert from 'node:assert/strict'
import { type AwsConnection, type AwsCredentials, parseAwsConnection, parseRegion } from '../../src/aws/aws-settings.ts'
import { throws } from '../support/problems.ts'

describe('parseAwsConnection', () => {
  const key = { username: 'AKIA', password: 'secret' }
  const fixed: AwsCredentials = { kind: 'static', accessKeyId: 'AKIA', secretAccessKey: 'secret' }
  const rows: readonly (readonly [what: string, connection: AwsConnection, credentials: AwsCredentials])[] = [
    ['an empty one', {}, { kind: 'ambient' }],
    ['one of blanks', { username: ' ', password: '', sessionToken: ' ', useOIDC: 'false' }, { kind: 'ambient' }],
    ['a key', key, fixed],
    ['a key with blanks around', { username: ' AKIA ', password: 'secret\n' }, fixed],
    ['a key with a blank token', { ...key, sessionToken: ' ' }, fixed],
    ['a session', { ...key, sessionToken: 'token' }, { ...fixed, sessionToken: 'token' }],
    ['a key with OpenID Connect switched off', { ...key, useOIDC: 'False', assumeRoleArn: '' }, fixed],
  ]
  for (const [what, connection, credentials] of rows) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parseAwsConnection(connection), credentials)
    })
  }

  const refused: readonly (readonly [what: string, connection: AwsConnection, message: RegExp])[] = [
    ['half a key', { username: 'AKIA' }, /half a key/],
    ['the other half', { password: 'secret' }, /half a key/],
    ['a role to assume', { ...key, assumeRoleArn: 'arn:aws:iam::1:role/x' }, /cannot use/],
    ['OpenID Connect', { useOIDC: 'True' }, /cannot use/],
  ]
  for (const [what, connection, message] of refused) {
    it(`refuses ${what}, and shows no part of it`, () => {
      assert.throws(
        () => parseAwsConnection(connection),
        (error: Error) => {
          assert.equal(error.name, 'InvalidValue')
          assert.match(error.message, message)
          assert.ok(!/AKIA|"secret"|arn:/.test(error.message))
          return true
        },
      )
    })
  }
})

describe('parseRegion', () => {
  const rows: readonly (readonly [candidates: (string | undefined)[], region: string])[] = [
    [['eu-west-1', 'us-east-1'], 'eu-west-1'],
    [[undefined, 'us-east-1'], 'us-east-1'],
    [['', ' ', 'us-gov-west-1'], 'us-gov-west-1'],
    [[' EU-West-1 '], 'eu-west-1'],
    [['ap-southeast-7'], 'ap-southeast-7'],
    [['cn-northwest-1'], 'cn-northwest-1'],
    [['us-isob-east-1'], 'us-isob-east-1'],
    [['eusc-de-east-1'], 'eusc-de-east-1'],
  ]
  for (const [candidates, region] of rows) {
    it(`gives ${region} of ${JSON.stringify(candidates)}`, () => {
      assert.equal(parseRegion(candidates), region)
    })
  }

  for (const text of ['Ireland', 'eu-west', 'eu_west_1', 'eu-west-1.evil.example', 'eu-west-1/', '$(AWS.Region)']) {
    it(`refuses "${text}"`, () => {
      throws(() => parseRegion([text, 'eu-west-1']), { name: 'InvalidValue' })
    })
  }

  it('says what to give where there is none', () => {
    throws(() => parseRegion([undefined, '']), {
      name: 'InvalidValue',
      message: /is empty, and neither the variable AWS\.Region nor AWS_REGION/,
    })
  })
})
