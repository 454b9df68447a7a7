import { isOutage } from '../http/outage.ts'

/** ECR said no, or said nothing. Carries ECR's own name for it and no header or credential. */
export class EcrError extends Error {
  override readonly name = 'EcrError'
  /** The exception's name in ECR's API, such as `AccessDeniedException`, or the system's, such as `ENOTFOUND`. */
  readonly code: string
  /** ECR could not be asked: no connection, too many requests or a fault of its own. The same run later may end well. */
  readonly isRetryable: boolean

  constructor(code: string, message: string, { isRetryable = false }: { readonly isRetryable?: boolean } = {}) {
    super(message)
    this.code = code
    this.isRetryable = isRetryable
  }
}

/**
 * Runs one call and turns its failure into an EcrError that says attempt, reason and next step.
 * `absent` names the exceptions that are an answer here: they give undefined.
 */
export async function attempt<T>(
  what: string,
  call: () => Promise<T>,
  absent: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    const code = codeOf(error)
    if (absent.includes(code)) return undefined
    const { because, isRetryable } = explain(code, error)
    throw new EcrError(code, `Cannot ${what}: ${because}`, { isRetryable })
  }
}

/** Why a call failed and what to do about it, as the end of a sentence. */
interface Explanation {
  readonly because: string
  readonly isRetryable: boolean
}

/** The class's name in ECR's API; for a failure of the network, the system's code. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown'
  const { code } = error as NodeJS.ErrnoException
  const isOfNetwork =
    code !== undefined &&
    (isOutage(code) || code.startsWith('PROXY_') || [...certificateCodes, 'ENOTFOUND'].includes(code))
  return isOfNetwork ? code : error.name
}

const certificateCodes = [
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

function explain(code: string, error: unknown): Explanation {
  const said = sentence(error instanceof Error ? error.message : String(error))
  return outage(code, error) ?? { because: refusalReason(code, said), isRetryable: false }
}

/** ECR, or the way to it, answers no, and will do so again. */
function refusalReason(code: string, said: string): string {
  if (code.startsWith('PROXY_')) return `the proxy on the way to ECR refuses (${code}). Check the agent's proxy.`
  if (certificateCodes.includes(code)) {
    return `the certificate of ECR's host is not trusted (${code}). Give the certificate authority of a proxy in NODE_EXTRA_CA_CERTS.`
  }
  switch (code) {
    case 'ENOTFOUND':
      return 'there is no such host. Check the input "regionName" and the agent\'s network.'
    case 'AccessDeniedException':
      return `${said} Allow ${deniedAction(said) ?? 'it'} in the policies of that role or user.`
    case 'ExpiredTokenException':
    case 'ExpiredToken':
    case 'RequestExpired':
      return `the temporary credentials have expired (${code}). Renew those of the input "awsCredentials", or the agent's own where it is empty, and run again.`
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return `${said} Check the input "awsCredentials", and that its account has the region of the input "regionName" enabled.`
    case 'InvalidSignatureException':
      return `${said} Check the input "awsCredentials" and the agent's clock.`
    case 'CredentialsProviderError':
      return `${said} Give the input "awsCredentials", or run on an agent that has a role.`
    case 'LimitExceededException':
      return `${said} Remove old images by a lifecycle policy, or ask AWS for a higher quota.`
    case 'KmsException':
      return `${said} Check the input "encryptionKey", and that the role or user may use that key.`
    case 'SyntaxError':
      return "something else than ECR answered, not in JSON. Check the agent's network for a proxy in between."
    default:
      return said
  }
}

/** ECR could not be asked. */
function outage(code: string, error: unknown): Explanation | undefined {
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0
  if (/^(Throttl|TooManyRequests|RequestThrottl|RequestLimitExceeded|SlowDown)/.test(code) || status === 429) {
    const because = `ECR has too many requests from this account and region at once (${code}). Run again later.`
    return { because, isRetryable: true }
  }
  if (code === 'ServerException' || code === 'ServiceUnavailable' || status >= 500) {
    const because = `ECR has a fault of its own (${code}${status === 0 ? '' : `, status ${String(status)}`}). Run again later.`
    return { because, isRetryable: true }
  }
  if (isOutage(code)) {
    const because = `ECR does not answer (${code}). Check the agent's network and run again.`
    return { because, isRetryable: true }
  }
  return undefined
}

/** `ecr:DescribeImages` of AWS's "... is not authorized to perform: ecr:DescribeImages on resource: ...". */
function deniedAction(said: string): string | undefined {
  return /\b[a-z0-9-]+:[A-Z][A-Za-z]+\b/.exec(said)?.[0]
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
