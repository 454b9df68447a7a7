import { InvalidValue } from '../model/invalid-value.ts'
import { parseReference } from '../model/reference.ts'
import type { CredentialsSource } from './sign-in.ts'

/**
 * The credentials of a Docker registry service connection, for its own registry only.
 * `fields` are those of the connection: `registry` (an address, `https://index.docker.io/v1/`), `username`, `password`.
 * Throws InvalidValue where one is missing.
 */
export function connectionCredentials(
  fields: Readonly<Record<string, string>>,
  mask: (secret: string) => void,
): CredentialsSource {
  const { registry = '', username = '', password = '' } = fields
  const own = registryOf(registry)
  if (own === undefined || username === '' || password === '') {
    throw new InvalidValue(
      'names a connection without a registry address, user name or password',
      'Choose one of the type Docker Registry, with a user name and a password',
    )
  }
  mask(password)
  return (asked) => Promise.resolve(asked === own ? { username, password } : undefined)
}

/** Credentials of the first source that has some for the registry. */
export function firstOf(...sources: readonly CredentialsSource[]): CredentialsSource {
  return async (registry) => {
    for (const find of sources) {
      const found = await find(registry)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The registry of an address, as references name it. */
function registryOf(address: string): string | undefined {
  const url = /^https?:\/\//.test(address) ? address : `https://${address}`
  if (!URL.canParse(url)) return undefined
  try {
    return parseReference(`${new URL(url).host}/image`).registry
  } catch {
    return undefined
  }
}
