import assert from 'node:assert/strict'
import { SignInError } from '../../src/aws/sign-in-error.ts'
import { EcrError, type EcrFault } from '../../src/ecr/ecr-error.ts'
import { ConnectionError } from '../../src/http/http-client.ts'
import { inputOf } from '../../src/model/invalid-input.ts'
import { InvalidValue, type Mistake } from '../../src/model/invalid-value.ts'
import { PublishError } from '../../src/publish/publish-error.ts'
import { isOutOfReach } from '../../tasks/is-out-of-reach.ts'

const ofEcr = (fault: EcrFault) => new EcrError('list the tags', fault)

const ofInput = (field: string, mistake: Mistake) =>
  inputOf(field, new InvalidValue('is wrong', undefined, { mistake }))

describe('isOutOfReach', () => {
  const rows: readonly (readonly [what: string, error: unknown, isOutOfReach: boolean])[] = [
    ['no credentials', new SignInError('sign in', { what: 'no-credentials', said: '', isSilent: true }), true],
    ['no token of Azure DevOps', new SignInError('sign in', { what: 'no-oidc' }), true],
    ['no permission', ofEcr({ what: 'exception', code: 'AccessDeniedException', said: '' }), true],
    ['no network', ofEcr({ what: 'exception', code: 'ENOTFOUND', said: '' }), true],
    [
      'no way to the layers',
      ofEcr({ what: 'storage-unreachable', connection: new ConnectionError('a', 'ENOTFOUND') }),
      true,
    ],
    ['no region', ofInput('regionName', 'missing'), true],
    ['a region in a variable that is not there', ofInput('regionName', 'unknown-variable'), true],
    ['half a key', ofInput('awsCredentials', 'missing'), true],
    ['a region that is none', ofInput('regionName', 'invalid'), false],
    ['a connection that is wrong', ofInput('awsCredentials', 'invalid'), false],
    ['another empty input', ofInput('repositoryName', 'missing'), false],
    ['a release of several platforms', ofEcr({ what: 'several-platforms', platforms: [] }), false],
    ['an archived release', ofEcr({ what: 'archived' }), false],
    ['other bytes than asked for', ofEcr({ what: 'other-bytes', from: 'ECR' }), false],
    ['a publish that would fail', new PublishError({ what: 'tag-taken', tag: 'a' }), false],
    ['a mistake', new TypeError('x'), false],
  ]
  for (const [what, error, expected] of rows) {
    it(`says ${String(expected)} of ${what}`, () => {
      assert.equal(isOutOfReach(error), expected)
    })
  }
})
