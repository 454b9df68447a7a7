import assert from 'node:assert/strict'
import { attempt, EcrError } from '../../src/ecr/ecr-error.ts'

/** An error as the AWS SDK throws it: named after ECR's exception, with everything about the request on it. */
function sdkError(name: string, message = 'No.', more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { requestId: 'secret-1' }, ...more })
}

function failing(error: unknown): () => Promise<string> {
  return async () => {
    await Promise.resolve()
    throw error
  }
}

describe('attempt', () => {
  it('gives the answer of a call', async () => {
    assert.equal(await attempt('count', () => Promise.resolve(1)), 1)
  })

  it('gives undefined for an exception that is an answer', async () => {
    const answer = await attempt('describe', failing(sdkError('RepositoryNotFoundException')), [
      'RepositoryNotFoundException',
    ])

    assert.equal(answer, undefined)
  })

  it('takes no other exception for an answer', async () => {
    await assert.rejects(
      attempt('describe', failing(sdkError('AccessDeniedException')), ['RepositoryNotFoundException']),
      {
        name: 'EcrError',
        code: 'AccessDeniedException',
      },
    )
  })

  const rows: readonly (readonly [error: unknown, code: string, message: string])[] = [
    [
      sdkError('AccessDeniedException', 'User x is not authorized to perform: ecr:PutImage.'),
      'AccessDeniedException',
      'Cannot push: User x is not authorized to perform: ecr:PutImage. Add that permission to the role or user.',
    ],
    [
      sdkError('UnrecognizedClientException', 'The security token is invalid.'),
      'UnrecognizedClientException',
      'Cannot push: The security token is invalid. Check the input "awsCredentials".',
    ],
    [
      sdkError('InvalidSignatureException'),
      'InvalidSignatureException',
      'Cannot push: No. Check the input "awsCredentials".',
    ],
    [sdkError('ExpiredTokenException'), 'ExpiredTokenException', 'Cannot push: No. Check the input "awsCredentials".'],
    [
      sdkError('CredentialsProviderError', 'Could not load credentials.'),
      'CredentialsProviderError',
      'Cannot push: Could not load credentials. Check the input "awsCredentials".',
    ],
    [
      sdkError('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }),
      'ENOTFOUND',
      'Cannot push: there is no such host. Check the input "regionName" and the agent\'s network.',
    ],
    [
      sdkError('Error', 'x', { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
      "Cannot push: ECR does not answer (ECONNREFUSED). Check the agent's network and run again.",
    ],
    [
      sdkError('TimeoutError', 'x'),
      'TimeoutError',
      "Cannot push: ECR does not answer (TimeoutError). Check the agent's network and run again.",
    ],
    [
      sdkError('TimeoutError', 'x', { code: 'ECONNRESET' }),
      'ECONNRESET',
      "Cannot push: ECR does not answer (ECONNRESET). Check the agent's network and run again.",
    ],
    [sdkError('ThrottlingException', 'Rate exceeded.'), 'ThrottlingException', 'Cannot push: Rate exceeded.'],
    [sdkError('LimitExceededException', 'x', { code: 'AWS_CODE' }), 'LimitExceededException', 'Cannot push: x'],
    ['just a text', 'Unknown', 'Cannot push: just a text'],
  ]
  for (const [error, code, message] of rows) {
    it(`says what to do about ${code}`, async () => {
      await assert.rejects(attempt('push', failing(error)), (thrown: Error) => {
        assert.ok(thrown instanceof EcrError)
        assert.equal(thrown.code, code)
        assert.equal(thrown.message, message)
        assert.ok(!JSON.stringify(Object.entries(thrown)).includes('secret'))
        return true
      })
    })
  }
})
