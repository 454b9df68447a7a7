import { execFile } from 'node:child_process'
import * as v from 'valibot'
import type { RegistryCredentials } from '../model/credentials.ts'
import { parseJson } from '../model/parse-json.ts'

export interface CredentialHelperOptions {
  /** The configuration that names the helper; for messages. */
  readonly file: string
  /** What the helper runs with. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Hides a secret in the log before it is used. */
  readonly mask: (secret: string) => void
}

/** A credential helper gave no answer that can be used. */
export class CredentialHelperError extends Error {
  override readonly name = 'CredentialHelperError'
  readonly program: string
  /** Whose credentials were asked for. */
  readonly server: string
  /** The configuration that names the helper. */
  readonly file: string
  readonly reason: string

  constructor({ program, server, file, reason }: { program: string; server: string; file: string; reason: string }) {
    super(`${program}: ${reason}`)
    this.program = program
    this.server = server
    this.file = file
    this.reason = reason
  }
}

const schema = v.object({ Username: v.string(), Secret: v.string() })

/** Milliseconds; a helper that asks a person would wait for ever. */
const timeLimit = 30_000

/** The protocol has no other sign of it: https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go */
const notFound = 'credentials not found in native keychain'

/** The user name that says that the secret is an identity token. */
const tokenUser = '<token>'

/**
 * Asks `docker-credential-<name>` for the credentials of a server; undefined where it has none.
 * https://github.com/docker/docker-credential-helpers
 * Throws CredentialHelperError, with nothing of what the helper printed.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  { file, environment, mask }: CredentialHelperOptions,
): Promise<RegistryCredentials | 'identity token' | undefined> {
  const program = `docker-credential-${name}`
  const failed = (reason: string) => new CredentialHelperError({ program, server, file, reason })
  if (!/^[\w.-]+$/.test(name)) throw failed('that is not the name of a program')

  const { error, output } = await run(program, server, environment)
  if (error !== undefined) {
    if (output.includes(notFound)) return undefined
    throw failed(error)
  }
  const answer = v.safeParse(schema, parseJson(output))
  if (!answer.success) throw failed('its answer does not have the form that Docker expects')
  const { Username: username, Secret: password } = answer.output
  if (password === '') return undefined
  mask(password)
  return username === tokenUser ? 'identity token' : { username, password }
}

function run(program: string, input: string, environment: Readonly<Record<string, string | undefined>>) {
  return new Promise<{ error: string | undefined; output: string }>((resolve) => {
    const child = execFile(program, ['get'], { env: { ...environment }, timeout: timeLimit }, (error, output) => {
      resolve({ error: error === null ? undefined : explain(error), output })
    })
    // One that ends without listening breaks the pipe; its exit tells more.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function explain(error: Error & { code?: unknown; killed?: boolean }): string {
  if (error.code === 'ENOENT') return 'it is not on the PATH of the agent'
  if (error.killed === true) return `it did not end within ${String(timeLimit / 1000)} s`
  return typeof error.code === 'number' ? `it ended with exit code ${String(error.code)}` : 'it cannot be run'
}
