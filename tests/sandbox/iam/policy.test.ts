import assert from 'node:assert/strict'
import { judge } from '../../../sandbox/iam/identities.ts'
import { parsePolicies } from '../../../sandbox/iam/policy.ts'

const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/'
const caller = { accessKeyId: 'AKIA', secretAccessKey: 'x', arn: 'arn:aws:iam::123456789012:user/ci' }

function aPolicy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

describe('parsePolicies', () => {
  it('allows the actions on the resources, and nothing else; what is denied stays so', () => {
    const policy = parsePolicies(
      aPolicy({ Effect: 'Deny', Action: 'ecr:*', Resource: `${arn}platform/secret` }),
      aPolicy({ Effect: 'Allow', Action: ['ecr:Describe*'], Resource: `${arn}platform/*` }),
      aPolicy({ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }),
    )

    const rows: readonly (readonly [action: string, resource: string, judgement: ReturnType<typeof judge>])[] = [
      ['ecr:DescribeImages', `${arn}platform/a`, 'allowed'],
      ['ecr:DescribeImages', `${arn}other/a`, 'not allowed'],
      ['ecr:PutImage', `${arn}platform/a`, 'not allowed'],
      ['ecr:GetAuthorizationToken', '*', 'allowed'],
      ['ecr:DescribeImages', `${arn}platform/secret`, 'denied'],
    ]
    for (const [action, resource, judgement] of rows) {
      assert.equal(judge({ ...caller, policy }, action, resource), judgement, `${action} ${resource}`)
    }
  })

  it('refuses what it does not understand', () => {
    for (const statement of [
      { Effect: 'Permit', Action: '*', Resource: '*' },
      { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} },
      { Effect: 'Allow', NotAction: '*', Resource: '*' },
    ]) {
      assert.throws(() => parsePolicies(aPolicy(statement)))
    }
  })

  it('allows everything where there is no policy', () => {
    assert.equal(judge(caller, 'ecr:DeleteRepository', `${arn}a`), 'allowed')
  })
})
