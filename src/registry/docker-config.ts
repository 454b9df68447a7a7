import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import type { RegistryCredentials } from '../model/credentials.ts'
import { askCredentialHelper } from './credential-helper.ts'
import type { CredentialsSource } from './sign-in.ts'

export interface DockerConfigOptions {
  /** `DOCKER_CONFIG` and `HOME` say where the configuration is, `PATH` where credential helpers are. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Hides a secret in the log before it is used. */
  readonly mask: (secret: string) => void
  readonly debug: (line: string) => void
}

const schema = v.object({
  auths: v.nullish(
    v.record(v.string(), v.object({ auth: v.nullish(v.string()), identitytoken: v.nullish(v.string()) })),
  ),
  credHelpers: v.nullish(v.record(v.string(), v.string())),
  credsStore: v.nullish(v.string()),
})

type DockerConfig = v.InferOutput<typeof schema>

/** Docker Hub's name in Docker's own files: https://docs.docker.com/reference/cli/docker/login/ */
const dockerHub = 'https://index.docker.io/v1/'

/**
 * The credentials that `docker login` left on the agent: in its configuration file, or with the helper that the file
 * names for the registry. https://docs.docker.com/reference/cli/docker/login/#credential-stores
 * Without a file there are none. Throws an Error that names the file where it cannot be read; never with its content.
 */
export function dockerConfigCredentials({ environment, mask, debug }: DockerConfigOptions): CredentialsSource {
  const file = join(dockerConfigFolder(environment), 'config.json')
  return async (registry) => {
    const config = await readConfig(file)
    if (config === undefined) return undefined
    const helper = namesOf(registry)
      .map((name) => config.credHelpers?.[name])
      .find((name) => name !== undefined)
    const chosen = helper ?? config.credsStore ?? ''
    const found =
      chosen === ''
        ? readEntry(config, registry, { file, mask })
        : await askCredentialHelper(chosen, registry === 'docker.io' ? dockerHub : registry, {
            file,
            environment,
            mask,
          })
    if (found !== 'identity token') return found
    debug(
      `Docker's configuration ${file} has an identity token for ${registry}, which is not supported; it is not used.`,
    )
    return undefined
  }
}

/** Where Docker's tools keep their configuration: https://docs.docker.com/reference/cli/docker/#environment-variables */
export function dockerConfigFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return given(environment.DOCKER_CONFIG) ?? join(given(environment.HOME) ?? homedir(), '.docker')
}

/** A variable that is set to nothing is as good as not set. */
function given(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable
}

async function readConfig(file: string): Promise<DockerConfig | undefined> {
  const problem = (what: string) =>
    new Error(`Cannot read Docker's configuration ${file}: ${what}. Mend it on the agent, or sign in again.`)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return undefined
    throw problem(code)
  })
  if (text === undefined) return undefined
  // The errors of the parsers quote the content, so none of them is a cause.
  const content = parseJson(text)
  if (content === undefined) throw problem('it is not JSON')
  const config = v.safeParse(schema, content)
  if (!config.success) throw problem('it has another form than Docker gives it')
  return config.output
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a registry is called in Docker's files. */
function namesOf(registry: string): readonly string[] {
  return registry === 'docker.io' ? [dockerHub, 'docker.io', 'index.docker.io'] : [registry]
}

/** The entry of a registry, also where an old Docker wrote it as an address: `https://registry.example/v1/`. */
function readEntry(
  { auths }: DockerConfig,
  registry: string,
  { file, mask }: { readonly file: string; readonly mask: (secret: string) => void },
): RegistryCredentials | 'identity token' | undefined {
  const names = namesOf(registry)
  const entries = Object.entries(auths ?? {})
  const [, entry] =
    entries.find(([name]) => names.includes(name)) ?? entries.find(([name]) => names.includes(hostOf(name))) ?? []
  if (entry?.identitytoken) {
    mask(entry.identitytoken)
    return 'identity token'
  }
  if (!entry?.auth) return undefined
  mask(entry.auth)
  const plain = Buffer.from(entry.auth, 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon < 1) {
    throw new Error(`Cannot use Docker's configuration ${file}: its entry for ${registry} is damaged. Sign in again.`)
  }
  const password = plain.slice(colon + 1).replaceAll('\0', '')
  mask(password)
  return { username: plain.slice(0, colon), password }
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? ''
}
