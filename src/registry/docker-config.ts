import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { RegistryCredentials } from '../model/credentials.ts'
import { codeOf } from '../model/error-text.ts'
import { askCredentialHelper } from './credential-helper.ts'
import { DockerConfigError, dockerConfigFolder, parseDockerConfig } from './docker-config-file.ts'
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
 * Without a file there are none. Throws DockerConfigError, never with the file's content.
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

async function readConfig(file: string): Promise<DockerConfig | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = codeOf(error) ?? 'unknown'
    if (code === 'ENOENT') return undefined
    throw new DockerConfigError(file, code)
  })
  return text === undefined ? undefined : parseDockerConfig(file, text, schema)
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
    throw new DockerConfigError(file, `its entry for ${registry} is damaged`)
  }
  const password = plain.slice(colon + 1).replaceAll('\0', '')
  mask(password)
  return { username: plain.slice(0, colon), password }
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? ''
}
