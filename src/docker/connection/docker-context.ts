import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { dockerConfigFolder } from '../../registry/docker-config.ts'

/** An engine that Docker's own tools know by a name. */
export interface DockerContext {
  readonly name: string
  /** In the form of DOCKER_HOST. */
  readonly host: string
}

const config = v.object({ currentContext: v.nullish(v.string()) })
const meta = v.object({ Endpoints: v.object({ docker: v.object({ Host: v.string() }) }) })

/**
 * The context that DOCKER_CONTEXT or `docker context use` names; undefined for the default one. Throws an Error that
 * names the file where it cannot be read.
 */
export function readDockerContext(
  environment: Readonly<Record<string, string | undefined>>,
): DockerContext | undefined {
  const folder = dockerConfigFolder(environment)
  const configFile = join(folder, 'config.json')
  const named = environment.DOCKER_CONTEXT ?? ''
  const name = named === '' ? readJson(configFile, config)?.currentContext : named
  if (name === undefined || name === null || name === '' || name === 'default') return undefined

  // https://github.com/docker/cli/blob/master/cli/context/store/doc.go
  const file = join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'), 'meta.json')
  const found = readJson(file, meta)
  if (found !== undefined) return { name, host: found.Endpoints.docker.Host }
  throw new Error(
    `Cannot use the Docker context "${name}", which ${named === '' ? configFile : 'DOCKER_CONTEXT'} names: there is no ` +
      `${file}. Choose another with "docker context use", or set DOCKER_HOST.`,
  )
}

/** Undefined where there is no such file. The parsers' errors quote its content, so none of them is a cause. */
function readJson<Schema extends v.GenericSchema>(file: string, schema: Schema): v.InferOutput<Schema> | undefined {
  let problem: string
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(file, 'utf8')))
    if (parsed.success) return parsed.output
    problem = 'it has another form than Docker gives it'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is not JSON'
    if (code === 'ENOENT') return undefined
    problem = code
  }
  throw new Error(`Cannot read Docker's configuration ${file}: ${problem}. Mend it on the agent, or set DOCKER_HOST.`)
}
