import { homedir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { parseJson } from '../model/parse-json.ts'

/** One of the files in which Docker's own tools keep their configuration cannot be used. Holds nothing of its content. */
export class DockerConfigError extends Error {
  override readonly name = 'DockerConfigError'
  readonly file: string
  /** What is wrong with it: `it is not JSON`, or the system's code. */
  readonly reason: string

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`)
    this.file = file
    this.reason = reason
  }
}

/** Where Docker's tools keep their configuration: https://docs.docker.com/reference/cli/docker/#environment-variables */
export function dockerConfigFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return given(environment.DOCKER_CONFIG) ?? join(given(environment.HOME) ?? homedir(), '.docker')
}

/** Reads the text of such a file. Throws DockerConfigError; the parsers' errors quote the content, so none is its cause. */
export function parseDockerConfig<Schema extends v.GenericSchema>(
  file: string,
  text: string,
  schema: Schema,
): v.InferOutput<Schema> {
  const content = parseJson(text)
  if (content === undefined) throw new DockerConfigError(file, 'it is not JSON')
  const config = v.safeParse(schema, content)
  if (config.success) return config.output
  throw new DockerConfigError(file, 'it does not have the form that Docker gives it')
}

/** A variable that is set to nothing is as good as not set. */
function given(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable
}
