import { randomBytes } from 'node:crypto'

const lifetimeMs = 12 * 60 * 60 * 1000

/** What a client of `/v2` presented. */
export type Admission = 'valid' | 'expired' | 'unknown'

/** The tokens that GetAuthorizationToken gave out. */
export interface AuthorizationTokens {
  /** A new token: base64 of `AWS:<password>`, as ECR gives it out. */
  issue(): { readonly token: string; readonly expiresAt: Date }
  /** Judges the value of an Authorization header. */
  admit(authorization: string | undefined): Admission
}

export function authorizationTokens(clock: () => Date): AuthorizationTokens {
  const expiries = new Map<string, Date>()
  return {
    issue() {
      const token = Buffer.from(`AWS:${randomBytes(600).toString('base64')}`).toString('base64')
      const expiresAt = new Date(clock().getTime() + lifetimeMs)
      expiries.set(token, expiresAt)
      return { token, expiresAt }
    },
    admit(authorization) {
      const [, token] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? []
      const expiresAt = token === undefined ? undefined : expiries.get(token)
      if (expiresAt === undefined) return 'unknown'
      return clock() < expiresAt ? 'valid' : 'expired'
    },
  }
}
