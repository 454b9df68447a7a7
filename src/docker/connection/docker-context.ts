import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { codeOf } from '../../model/error-text.ts'
import { DockerConfigError, dockerConfigFolder, parseDockerConfig } from '../../registry/docker-config-file.ts'

/** An engine that Docker's own tools know by a name. */
export interface DockerContext {
  readonly name: string
  /** In the form of DOCKER_HOST. */
  readonly host: string
}

/** The context that is named does not exist. */
export class DockerContextError extends Error {
  override readonly name = 'DockerContextError'
  readonly context: string
  /** The file or the variable that names it. */
  readonly namedBy: string
  /** Where it should be. */
  readonly file: string

  constructor({ context, namedBy, file }: { context: string; namedBy: string; file: string }) {
    super(`${context}: there is no ${file}`)
    this.context = context
    this.namedBy = namedBy
    this.file = file
  }
}

const config = v.object({ currentContext: v.nullish(v.string()) })
const meta = v.object({ Endpoints: v.object({ docker: v.object({ Host: v.string() }) }) })

/**
 * The context that DOCKER_CONTEXT or `docker context use` names; undefined for the default one. Throws DockerContextError
 * where there is no such context, DockerConfigError where a file cannot be read.
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
  throw new DockerContextError({ context: name, namedBy: named === '' ? configFile : 'DOCKER_CONTEXT', file })
}

/** Undefined where there is no such file. */
function readJson<Schema extends v.GenericSchema>(file: string, schema: Schema): v.InferOutput<Schema> | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = codeOf(error) ?? 'unknown'
    if (code === 'ENOENT') return undefined
    throw new DockerConfigError(file, code)
  }
  return parseDockerConfig(file, text, schema)
}
