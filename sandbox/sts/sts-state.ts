import type { Identities } from '../iam/identities.ts'
import type { TrustedRole } from './role.ts'

export interface LocalStsOptions {
  readonly account: string
  readonly region: string
  /** Who may ask; the sessions that are opened come to them. */
  readonly identities: Identities
  readonly roles: readonly TrustedRole[]
  /** The identity providers of the account. */
  readonly issuers?: readonly string[]
  readonly clock?: () => Date
}

/** What an action knows about the account. */
export type StsState = Required<LocalStsOptions>
