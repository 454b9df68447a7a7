import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { EcrError } from './ecr-error.ts'

/** The one caller that the local ECR knows. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * Verifies the AWS Signature Version 4 of a `POST /`.
 * Throws EcrError as ECR does: no signature, an unknown access key, another region's or service's signature, a wrong one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(
  request: IncomingMessage,
  body: Buffer,
  expected: { credentials: Credentials; region: string },
): void {
  const { authorization = '' } = request.headers
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, accessKeyId, date, region, service, signedHeaders, signature] = parts.exec(authorization) ?? []
  if (date === undefined || signedHeaders === undefined || signature === undefined) {
    throw new EcrError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  if (accessKeyId !== expected.credentials.accessKeyId) {
    throw new EcrError('UnrecognizedClientException', 'The security token included in the request is invalid.')
  }
  if (region !== expected.region || service !== 'ecr') {
    throw new EcrError('InvalidSignatureException', 'Credential should be scoped to a valid region.')
  }

  const scope = `${date}/${region}/${service}/aws4_request`
  const canonicalHeaders = signedHeaders.split(';').map((name) => `${name}:${headerValue(request, name)}\n`)
  const canonicalRequest = ['POST', '/', '', canonicalHeaders.join(''), signedHeaders, sha256(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headerValue(request, 'x-amz-date'), scope, sha256(canonicalRequest)].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    `AWS4${expected.credentials.secretAccessKey}`,
  )
  if (!timingSafeEqual(createHmac('sha256', key).update(toSign).digest(), Buffer.from(signature, 'hex'))) {
    throw new EcrError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
}

function headerValue(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ')
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
