/** One way in which a registry lets itself be convinced. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** By lower-case name. */
  readonly parameters: Readonly<Record<string, string>>
}

const token = "[\\w!#$%&'*+.^`|~-]+"
const part = new RegExp(`[\\s,]*(?:(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))|(${token}))`, 'y')

/**
 * Reads a `WWW-Authenticate` header, which may hold several challenges, and commas in quoted values.
 * https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate
 * Never throws: it gives what it understands up to the first thing that it does not.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (const [, name, quoted, plain = '', scheme] of header.matchAll(new RegExp(part, 'gy'))) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} })
    else if (name !== undefined)
      Object.assign(challenges.at(-1)?.parameters ?? {}, {
        [name.toLowerCase()]: quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'),
      })
  }
  return challenges
}
