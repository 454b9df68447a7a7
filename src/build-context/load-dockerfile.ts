import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts'
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

/** Makes sure that the context is there, and reads the Dockerfile, once for all who ask of it; throws InputError. */
export async function loadDockerfile(inputs: DockerfileInputs): Promise<DockerfileSource> {
  const { contextInput, context, dockerfileInput, dockerfile } = inputs
  const folder = await stat(context).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw new InputError(contextInput, `names ${context}, which is not a folder.`)

  const path = isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)
  const file = await stat(path).catch(() => undefined)
  if (file?.isFile() !== true) throw new InputError(dockerfileInput, `names ${path}, which is not a file.`)
  try {
    const text = await readFile(path, 'utf8')
    return { path, text, parsed: parseDockerfile(text) }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw new InputError(
      dockerfileInput,
      `names ${path}, which cannot be read (${code}). Let the agent's user read it.`,
      {
        cause,
      },
    )
  }
}
