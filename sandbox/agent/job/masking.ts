/** Fields of a connection's authorization that the agent knows to be no secrets; it masks every other one. */
const publicAuthorizationFields = new Set(
  [
    'idToken',
    'role',
    'scope',
    'tenantId',
    'issuedAt',
    'expiresAt',
    'audience',
    'authenticationType',
    'authorizationType',
    'accessTokenType',
    'accessTokenFetchingMethod',
    'useWindowsSecurity',
    'unsecured',
    'oauthAccessTokenIsSupplied',
    'completeCallbackPayload',
    'acceptUntrustedCerts',
  ].map((name) => name.toLowerCase()),
)

/** Whether the agent masks that field of a connection's authorization, be its value as short and common as `false`. */
export function isMaskedField(name: string): boolean {
  return !publicAuthorizationFields.has(name.toLowerCase())
}

/** Replaces secrets in the log by `***`. */
export class Masker {
  readonly #secrets = new Set<string>()

  /** Masks the value and its JSON, URI and backslash-escaped forms from now on. */
  add(value: string): void {
    if (value.trim() === '') return
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), value.replaceAll('\\', '\\\\')]
    for (const form of forms) this.#secrets.add(form)
  }

  /** Masks a secret known before the job starts: also trimmed, unquoted, each of its lines, and in base64. */
  addInitial(value: string): void {
    const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= 3)
    const forms = [value, value.trim(), value.replace(/^(["'])(.*)\1$/s, '$2'), Buffer.from(value).toString('base64')]
    for (const form of [...forms, ...lines]) this.add(form)
  }

  mask(text: string): string {
    const found = [...this.#secrets].flatMap((secret) => occurrences(text, secret))
    let masked = ''
    let offset = 0
    for (const [start, end] of union(found)) {
      masked += `${text.slice(offset, start)}***`
      offset = end
    }
    return masked + text.slice(offset)
  }
}

type Range = readonly [start: number, end: number]

function occurrences(text: string, secret: string): Range[] {
  const ranges: Range[] = []
  for (let start = text.indexOf(secret); start !== -1; start = text.indexOf(secret, start + 1)) {
    ranges.push([start, start + secret.length])
  }
  return ranges
}

/** Ranges in order, those that touch or overlap as one. */
function union(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const [start, end] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)]
    else merged.push([start, end])
  }
  return merged
}
