import type { AccessKey } from './aws-credentials.ts'

/** A key, and when it ends; undefined: it does not, as far as anybody knows. */
export interface SessionKey extends AccessKey {
  readonly expiration?: Date
}

/** Milliseconds before its end when a key is renewed, as the SDK does. A request takes its time. */
const margin = 5 * 60 * 1000

/** One key for all who ask, until shortly before it ends; a failure is asked for again. `now` in milliseconds since 1970. */
export function renewing(open: () => Promise<SessionKey>, now: () => number = Date.now): () => Promise<SessionKey> {
  let current: Promise<SessionKey> | undefined
  const isGood = async (key: Promise<SessionKey>) => {
    const { expiration } = await key
    return expiration === undefined || expiration.getTime() - now() > margin
  }
  return async () => {
    const known = current
    if (known !== undefined && (await isGood(known).catch(() => false))) return known
    // Somebody else may have renewed it meanwhile.
    if (current === undefined || current === known) current = open()
    return current
  }
}
