import assert from 'node:assert/strict'
import { attempt, EcrError } from '../../src/ecr/ecr-error.ts'
import type { FailureKind } from '../../src/model/failure-kind.ts'
import { rejects, told } from '../support/problems.ts'

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
    await rejects(attempt('describe', failing(sdkError('AccessDeniedException')), ['RepositoryNotFoundException']), {
      name: 'EcrError',
      code: 'AccessDeniedException',
    })
  })

  const noPolicy =
    'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/a because no identity-based policy allows the ecr:PutImage action'
  const refusals: readonly (readonly [error: unknown, code: string, because: string])[] = [
    [
      sdkError('AccessDeniedException', noPolicy),
      'AccessDeniedException',
      `${noPolicy}. Allow ecr:PutImage in the policies of that role or user.`,
    ],
    [
      sdkError('AccessDeniedException', 'No.'),
      'AccessDeniedException',
      'No. Allow it in the policies of that role or user.',
    ],
    [
      sdkError('UnrecognizedClientException', 'The security token is invalid.'),
      'UnrecognizedClientException',
      'The security token is invalid. Check the input "awsCredentials" and that its account has the region of the input "regionName" enabled.',
    ],
    [
      sdkError('InvalidSignatureException'),
      'InvalidSignatureException',
      'No. Check the input "awsCredentials" and the agent\'s clock.',
    ],
    [
      sdkError('ExpiredTokenException'),
      'ExpiredTokenException',
      'the temporary credentials have expired (ExpiredTokenException). Renew those of the input "awsCredentials", or the agent\'s own where it is empty, and run again.',
    ],
    [
      sdkError('LimitExceededException', 'The repository has 100000 images.'),
      'LimitExceededException',
      'The repository has 100000 images. Remove old images by a lifecycle policy, or ask AWS for a higher quota.',
    ],
    [
      sdkError('KmsException', 'The key is disabled.'),
      'KmsException',
      'The key is disabled. Check the input "encryptionKey" and that the role or user may use that key.',
    ],
    [
      sdkError('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }),
      'ENOTFOUND',
      'there is no such host. Check the input "regionName" and the agent\'s network.',
    ],
    [
      sdkError('Error', 'x', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'SELF_SIGNED_CERT_IN_CHAIN',
      "the certificate of ECR's host is not trusted (SELF_SIGNED_CERT_IN_CHAIN). Give the certificate authority of a proxy to the agent (sslcacert), or in NODE_EXTRA_CA_CERTS.",
    ],
    [
      sdkError('SyntaxError', "Unexpected token '<'", answered(200)),
      'SyntaxError',
      "the response is not from ECR (not JSON). Check the agent's network for a proxy in between.",
    ],
    [sdkError('InvalidParameterException', 'Bad', answered(400)), 'InvalidParameterException', 'Bad.'],
    [sdkError('InvalidTagParameterException', 'x', { code: 'AWS_CODE' }), 'InvalidTagParameterException', 'x.'],
    ['just a text', 'Unknown', 'just a text.'],
  ]
  for (const [error, code, because] of refusals) {
    it(`says what to do about ${code}, which stays`, async () => {
      await assert.rejects(attempt('push', failing(error)), isEcrError({ code, because, kind: 'refusal' }))
    })
  }

  const many = 'ECR has too many requests from this account and region at once'
  const silent = (code: string) => `ECR does not answer (${code}). Check the agent's network. Run again later.`
  const outages: readonly (readonly [error: unknown, code: string, because: string])[] = [
    [sdkError('ThrottlingException'), 'ThrottlingException', `${many} (ThrottlingException). Run again later.`],
    [
      sdkError('TooManyRequestsException'),
      'TooManyRequestsException',
      `${many} (TooManyRequestsException). Run again later.`,
    ],
    [sdkError('Unknown', 'x', answered(429)), 'Unknown', `${many} (Unknown). Run again later.`],
    [sdkError('ServerException'), 'ServerException', 'ECR has a fault of its own (ServerException). Run again later.'],
    [
      sdkError('SyntaxError', '<html>', answered(503)),
      'SyntaxError',
      'ECR has a fault of its own (SyntaxError, status 503). Run again later.',
    ],
    [sdkError('Error', 'x', { code: 'ECONNREFUSED' }), 'ECONNREFUSED', silent('ECONNREFUSED')],
    [sdkError('Error', 'x', { code: 'EAI_AGAIN' }), 'EAI_AGAIN', silent('EAI_AGAIN')],
    [sdkError('TimeoutError', 'x'), 'TimeoutError', silent('TimeoutError')],
    [sdkError('TimeoutError', 'x', { code: 'ECONNRESET' }), 'ECONNRESET', silent('ECONNRESET')],
  ]
  for (const [error, code, because] of outages) {
    it(`says of ${code} that it may pass`, async () => {
      await assert.rejects(attempt('push', failing(error)), isEcrError({ code, because, kind: 'outage' }))
    })
  }
})

function answered(httpStatusCode: number): object {
  return { $metadata: { httpStatusCode, requestId: 'secret-1' } }
}

function isEcrError({ code, because, kind }: { code: string; because: string; kind: FailureKind }) {
  return (thrown: Error) => {
    assert.ok(thrown instanceof EcrError)
    assert.deepEqual(
      { operation: thrown.operation, code: thrown.code, kind: thrown.kind, told: told(thrown) },
      { operation: 'push', code, kind, told: `Cannot push: ${because}` },
    )
    assert.ok(!JSON.stringify(Object.entries(thrown)).includes('secret'))
    return true
  }
}
