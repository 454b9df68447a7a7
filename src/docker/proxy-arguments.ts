import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { codeOf } from '../model/error-text.ts'
import { DockerConfigError, dockerConfigFolder, parseDockerConfig } from '../registry/docker-config-file.ts'

const proxy = v.object({
  httpProxy: v.optional(v.string()),
  httpsProxy: v.optional(v.string()),
  ftpProxy: v.optional(v.string()),
  noProxy: v.optional(v.string()),
  allProxy: v.optional(v.string()),
})
const config = v.object({ proxies: v.optional(v.record(v.string(), proxy)) })

const variables = {
  HTTP_PROXY: 'httpProxy',
  HTTPS_PROXY: 'httpsProxy',
  FTP_PROXY: 'ftpProxy',
  NO_PROXY: 'noProxy',
  ALL_PROXY: 'allProxy',
} as const

/**
 * The build arguments that the docker client adds for the `proxies` of its configuration, in capitals and in small
 * letters, as programs look for either. Throws DockerConfigError for a file that cannot be read.
 * https://docs.docker.com/engine/cli/proxy/
 * @param host the engine's address in the form of DOCKER_HOST; the configuration may name proxies for one engine
 */
export function proxyArguments(
  environment: Readonly<Record<string, string | undefined>>,
  host: string,
): Readonly<Record<string, string>> {
  const { proxies = {} } = readConfig(join(dockerConfigFolder(environment), 'config.json'))
  const found = (Object.hasOwn(proxies, host) ? proxies[host] : undefined) ?? proxies.default
  return Object.fromEntries(
    Object.entries(variables).flatMap(([variable, field]) => {
      const value = found?.[field] ?? ''
      return value === '' ? [] : [variable, variable.toLowerCase()].map((name) => [name, value])
    }),
  )
}

/**
 * Build arguments with those of the proxies, but where one is given in either case: of two that differ in their case
 * alone, the builder takes any.
 */
export function withProxies(
  given: Readonly<Record<string, string>>,
  proxies: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()))
  const added = Object.entries(proxies).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(added), ...given }
}

function readConfig(file: string): v.InferOutput<typeof config> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = codeOf(error) ?? 'unknown'
    if (code === 'ENOENT') return {}
    throw new DockerConfigError(file, code)
  }
  return parseDockerConfig(file, text, config)
}
