import assert from 'node:assert/strict'
import { isAllowed } from '../../../sandbox/iam/identities.ts'
import { parsePolicies } from '../../../sandbox/iam/policy.ts'

const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/'
const caller = { accessKeyId: 'AKIA', secretAccessKey: 'x', arn: 'arn:aws:iam::123456789012:user/ci' }

function aPolicy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

describe('parsePolicies', () => {
  it('allows the actions on the resources, and nothing else', () => {
    const policy = parsePolicies(
      aPolicy({ Effect: 'Allow', Action: ['ecr:Describe*'], Resource: `${arn}platform/*` }),
      aPolicy({ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }),
    )

    const rows: readonly (readonly [action: string, resource: string, allowed: boolean])[] = [
      ['ecr:DescribeImages', `${arn}platform/a`, true],
      ['ecr:DescribeImages', `${arn}other/a`, false],
      ['ecr:PutImage', `${arn}platform/a`, false],
      ['ecr:GetAuthorizationToken', '*', true],
    ]
    for (const [action, resource, allowed] of rows) {
      assert.equal(isAllowed({ ...caller, policy }, action, resource), allowed, `${action} ${resource}`)
    }
  })

  it('refuses what it does not understand', () => {
    for (const statement of [
      { Effect: 'Deny', Action: '*', Resource: '*' },
      { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} },
      { Effect: 'Allow', NotAction: '*', Resource: '*' },
    ]) {
      assert.throws(() => parsePolicies(aPolicy(statement)))
    }
  })

  it('allows everything where there is no policy', () => {
    assert.ok(isAllowed(caller, 'ecr:DeleteRepository', `${arn}a`))
  })
})
