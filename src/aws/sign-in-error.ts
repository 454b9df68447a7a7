import type { ConnectionError } from '../http/http-client.ts'
import { isOutageCode, isOutageStatus } from '../http/outage.ts'
import type { FailureKind } from '../model/failure-kind.ts'
import type { TokenClaims } from './token-claims.ts'

/** Why nobody could sign in to AWS. */
export type SignInFault =
  /** The agent gives no address or no token of the job: Azure DevOps Server has no OpenID Connect. */
  | { readonly what: 'no-oidc' }
  | { readonly what: 'oidc-refused'; readonly host: string; readonly status: number }
  | { readonly what: 'oidc-unreachable'; readonly connection: ConnectionError }
  /** The answer holds no token, such as a sign-in page. */
  | { readonly what: 'oidc-garbled'; readonly host: string }
  /** A role of one partition, `aws-cn`, for a region of another. */
  | { readonly what: 'other-partition'; readonly rolePartition: string; readonly region: string }
  /** The agent has no credentials, or what should give them does not; `said` is what the SDK tells. */
  | { readonly what: 'no-credentials'; readonly said: string; readonly isSilent: boolean }
  | StsFault

/** STS said no, or said nothing. */
export interface StsFault {
  readonly what: 'sts'
  /** The error's name in the API of STS, `AccessDenied`, a code of the network, `ENOTFOUND`, or `Unreadable`. */
  readonly code: string
  /** The first sentence of what AWS says. */
  readonly said: string
  readonly status?: number
  /** The ARN of the role that was to be assumed. */
  readonly role: string
  readonly hasExternalId: boolean
  /** What the token of Azure DevOps says; undefined where there was none. */
  readonly claims?: TokenClaims
}

/** There are no credentials for AWS. Carries no token and no key. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
  /** What was attempted, `assume the role arn:aws:iam::123456789012:role/x in eu-west-1`. */
  readonly operation: string
  readonly fault: SignInFault

  constructor(operation: string, fault: SignInFault) {
    super(`${operation}: ${'code' in fault ? fault.code : fault.what}`)
    this.operation = operation
    this.fault = fault
  }

  /** The error's name in the API of STS or the system's code; else what the fault is. */
  get code(): string {
    return 'code' in this.fault ? this.fault.code : this.fault.what
  }

  get kind(): FailureKind {
    return isOfOutage(this.fault) ? 'outage' : 'refusal'
  }
}

function isOfOutage(fault: SignInFault): boolean {
  switch (fault.what) {
    case 'oidc-refused':
      return isOutageStatus(fault.status)
    case 'oidc-unreachable':
      return isOutageCode(fault.connection.code)
    case 'sts':
      return isOfStsOutage(fault)
    case 'no-oidc':
    case 'oidc-garbled':
    case 'other-partition':
    case 'no-credentials':
      return false
  }
}

/** Whether STS, or the host with the keys of Azure DevOps, could not answer just now. */
export function isOfStsOutage({ code, status = 0 }: StsFault): boolean {
  return isOutageCode(code) || status >= 500 || /^(Throttling|IDPCommunicationError)/.test(code)
}
