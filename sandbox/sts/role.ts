import type { Policy } from '../iam/identities.ts'

/** A role, whom it trusts, and what its sessions may do. */
export interface TrustedRole {
  /** `arn:aws:iam::123456789012:role/x`. */
  readonly arn: string
  readonly trusts: Trust
  /** Seconds that a session may last; 3600 if not given. */
  readonly longest?: number
  readonly policy?: Policy
}

/** Who may assume a role: a user or session by its ARN, or whom an issuer vouches for; patterns with `*`. */
export type Trust =
  | { readonly caller: string; readonly externalId?: string }
  | { readonly issuer: string; readonly subject: string; readonly audience: string }
