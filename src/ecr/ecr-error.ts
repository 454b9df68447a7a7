import { endpointFaultOf } from '../aws/endpoints.ts'
import { firstSentence } from '../aws/aws-words.ts'
import { nameOfSdkError, statusOfSdkError } from '../aws/sdk-error.ts'
import { SignInError } from '../aws/sign-in-error.ts'
import { type ConnectionError, TooLargeError } from '../http/http-client.ts'
import { isOutageCode, isOutageStatus } from '../http/outage.ts'
import type { FailureKind } from '../model/failure-kind.ts'
import { InvalidInput } from '../model/invalid-input.ts'

/** What became of a request to ECR. */
export type EcrFault =
  /** An exception of ECR's API by its name, `AccessDeniedException`, or a failure of the network, `ENOTFOUND`. */
  | { readonly what: 'exception'; readonly code: string; readonly said: string; readonly status?: number }
  /** ECR does not give the image, for a reason that it names. */
  | { readonly what: 'no-image'; readonly code: string; readonly said: string }
  | { readonly what: 'other-bytes'; readonly from: 'ECR' | 'the storage of ECR' }
  | { readonly what: 'archived' | 'restoring' | 'no-layer' | 'no-token' | 'no-address' | 'vanished' }
  /** A field of the answer holds an address that is not one of ECR's for this repository. */
  | { readonly what: 'not-believed'; readonly field: 'repositoryUri' | 'proxyEndpoint' | 'downloadUrl' }
  /** An answer has more bytes than any needs. */
  | { readonly what: 'too-large'; readonly maxBytes: number }
  /** The pages of a list do not end. */
  | { readonly what: 'endless-list' }
  /** An image index of several platforms, `linux/amd64`. */
  | { readonly what: 'several-platforms'; readonly platforms: readonly string[] }
  | { readonly what: 'storage-refused'; readonly status: number; readonly host: string }
  | { readonly what: 'storage-unreachable'; readonly connection: ConnectionError }

/** ECR said no, or said nothing. Carries no header and no credential. */
export class EcrError extends Error {
  override readonly name = 'EcrError'
  /** What was attempted, `describe the repository platform/aspnet in eu-west-1`. */
  readonly operation: string
  readonly fault: EcrFault

  constructor(operation: string, fault: EcrFault, options?: ErrorOptions) {
    super(`${operation}: ${'code' in fault ? fault.code : fault.what}`, options)
    this.operation = operation
    this.fault = fault
  }

  /** The exception's name in ECR's API or the system's code; else what the fault is. */
  get code(): string {
    return 'code' in this.fault ? this.fault.code : this.fault.what
  }

  /** Whether ECR was not to be asked at all, rather than that it said something unexpected. */
  get isOfAccess(): boolean {
    return ['exception', 'no-token', 'storage-refused', 'storage-unreachable'].includes(this.fault.what)
  }

  get kind(): FailureKind {
    return isOfOutage(this.fault) ? 'outage' : 'refusal'
  }
}

/**
 * Runs one call; its failure becomes an EcrError, but for what its credentials throw (SignInError, InvalidInput) and for
 * what is wrong with the endpoint. `absent` names the exceptions that are an answer here: they give undefined.
 */
export async function attempt<T>(
  operation: string,
  call: () => Promise<T>,
  absent: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof EcrError || error instanceof SignInError || error instanceof InvalidInput) throw error
    if (error instanceof TooLargeError) throw new EcrError(operation, { what: 'too-large', maxBytes: error.maxBytes })
    const fault = endpointFaultOf(error)
    if (fault !== undefined) throw fault
    const code = nameOfSdkError(error)
    if (absent.includes(code)) return undefined
    const status = statusOfSdkError(error)
    throw new EcrError(operation, {
      what: 'exception',
      code,
      said: firstSentence(error),
      ...(status !== undefined && { status }),
    })
  }
}

function isOfOutage(fault: EcrFault): boolean {
  switch (fault.what) {
    case 'exception':
      return isThrottling(fault) || isFaultOfEcr(fault) || isOutageCode(fault.code)
    case 'no-image':
      return fault.code === 'UpstreamUnavailable' || fault.code === 'UpstreamTooManyRequests'
    case 'storage-refused':
      return isOutageStatus(fault.status)
    case 'storage-unreachable':
      return isOutageCode(fault.connection.code)
    case 'archived':
    case 'endless-list':
    case 'no-address':
    case 'no-layer':
    case 'no-token':
    case 'not-believed':
    case 'other-bytes':
    case 'restoring':
    case 'several-platforms':
    case 'too-large':
    case 'vanished':
      return false
  }
}

/** Whether ECR has too many requests from this account and region at once. */
export function isThrottling({ code, status }: { readonly code: string; readonly status?: number }): boolean {
  return /^(Throttl|TooManyRequests|RequestThrottl|RequestLimitExceeded|SlowDown)/.test(code) || status === 429
}

/** Whether ECR has a fault of its own. */
export function isFaultOfEcr({ code, status = 0 }: { readonly code: string; readonly status?: number }): boolean {
  return code === 'ServerException' || code === 'ServiceUnavailable' || status >= 500
}
