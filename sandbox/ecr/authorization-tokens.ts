import { randomBytes } from 'node:crypto'
import type { Caller } from '../iam/identities.ts'

const lifetimeMs = 12 * 60 * 60 * 1000

/** What a client of `/v2` presented. */
export type Admission = Caller | 'expired' | 'unknown'

/** The tokens that GetAuthorizationToken gave out. */
export interface AuthorizationTokens {
  /** A new token, which may do what its caller may: base64 of `AWS:<password>`, as ECR gives it out. */
  issue(caller: Caller): { readonly token: string; readonly expiresAt: Date }
  /** The passwords of all tokens, oldest first. */
  passwords(): readonly string[]
  /** Judges the value of an Authorization header. */
  admit(authorization: string | undefined): Admission
}

export function authorizationTokens(clock: () => Date): AuthorizationTokens {
  const issued = new Map<string, { readonly password: string; readonly caller: Caller; readonly expiresAt: Date }>()
  return {
    issue(caller) {
      const password = randomBytes(600).toString('base64')
      const token = Buffer.from(`AWS:${password}`).toString('base64')
      const expiresAt = new Date(clock().getTime() + lifetimeMs)
      issued.set(token, { password, caller, expiresAt })
      return { token, expiresAt }
    },
    passwords: () => [...issued.values()].map(({ password }) => password),
    admit(authorization) {
      const [, token] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? []
      const known = token === undefined ? undefined : issued.get(token)
      if (known === undefined) return 'unknown'
      return clock() < known.expiresAt ? known.caller : 'expired'
    },
  }
}
