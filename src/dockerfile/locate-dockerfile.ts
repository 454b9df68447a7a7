import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { InputError } from '../model/input-error.ts'

/** The inputs that name a Dockerfile and its build context. */
export interface DockerfileInputs {
  readonly contextInput: string
  /** Absolute path. */
  readonly context: string
  readonly dockerfileInput: string
  /** Absolute, or relative to the context. */
  readonly dockerfile: string
}

/** Makes sure that both are there, and gives the Dockerfile's absolute path; throws InputError. */
export async function locateDockerfile(inputs: DockerfileInputs): Promise<string> {
  const { contextInput, context, dockerfileInput, dockerfile } = inputs
  const folder = await stat(context).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw new InputError(contextInput, `names ${context}, which is not a folder.`)

  const path = isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)
  const file = await stat(path).catch(() => undefined)
  if (file?.isFile() !== true) throw new InputError(dockerfileInput, `names ${path}, which is not a file.`)
  return path
}
