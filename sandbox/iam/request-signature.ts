import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Caller, Identities } from './identities.ts'

/** What is wrong with the signature of a request; every service has its own words for it. */
export type SignatureFault = 'missing' | 'unknown-key' | 'other-scope' | 'expired-session' | 'skewed' | 'mismatch'

/** The service that was asked, and whom it knows. */
export interface Verifier {
  readonly service: string
  readonly region: string
  readonly identities: Identities
  readonly clock: () => Date
}

/** Milliseconds that a request's time may be away from the service's. */
const longestSkew = 5 * 60 * 1000

/**
 * Verifies the AWS Signature Version 4 of a `POST /`, and gives back who signed it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: IncomingMessage, body: Buffer, verifier: Verifier): Caller | SignatureFault {
  const { authorization = '' } = request.headers
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, accessKeyId, date, region, service, signedHeaders, signature] = parts.exec(authorization) ?? []
  if (accessKeyId === undefined || date === undefined || signedHeaders === undefined || signature === undefined) {
    return 'missing'
  }
  const caller = verifier.identities.find(accessKeyId)
  const token = headerValue(request, 'x-amz-security-token')
  if (caller === undefined || token !== (caller.sessionToken ?? '')) return 'unknown-key'
  if (region !== verifier.region || service !== verifier.service) return 'other-scope'
  if (caller.expiration !== undefined && caller.expiration <= verifier.clock()) return 'expired-session'
  if (Math.abs(timeOf(request) - Date.now()) > longestSkew) return 'skewed'

  const scope = `${date}/${region}/${service}/aws4_request`
  const canonicalHeaders = signedHeaders.split(';').map((name) => `${name}:${headerValue(request, name)}\n`)
  const canonicalRequest = ['POST', '/', '', canonicalHeaders.join(''), signedHeaders, sha256(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headerValue(request, 'x-amz-date'), scope, sha256(canonicalRequest)].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    `AWS4${caller.secretAccessKey}`,
  )
  const expected = createHmac('sha256', key).update(toSign).digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? caller : 'mismatch'
}

/** The region that a request says it is signed for. */
export function signedRegion({ headers }: IncomingMessage): string | undefined {
  return /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '')?.[1]
}

/** Milliseconds since 1970; `20261130T094000Z` in the request. */
function timeOf(request: IncomingMessage): number {
  const time = headerValue(request, 'x-amz-date')
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function headerValue(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ')
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
