import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts'
import { codeOf } from '../model/error-text.ts'
import { invalidInput } from '../model/invalid-input.ts'

/** The inputs that name a Dockerfile and its build context. */
export interface DockerfileInputs {
  readonly contextInput: string
  /** Absolute path. */
  readonly context: string
  readonly dockerfileInput: string
  /** Absolute, or relative to the context. */
  readonly dockerfile: string
}

/** Makes sure that the context is there, and reads the Dockerfile; throws InvalidInput. */
export async function loadDockerfile(inputs: DockerfileInputs): Promise<DockerfileSource> {
  const { contextInput, context, dockerfileInput, dockerfile } = inputs
  const folder = await stat(context).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw invalidInput(contextInput, `names ${context}, which is not a folder`)

  const named = isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)
  const path = (await isFile(named)) ? named : inSmallLetters(named)
  if (!(await isFile(path))) throw invalidInput(dockerfileInput, `names ${named}, which is not a file`)
  try {
    const text = await readFile(path, 'utf8')
    return { path, text, parsed: parseDockerfile(text) }
  } catch (cause) {
    const reason = `names ${path}, which cannot be read (${codeOf(cause) ?? 'unknown reason'})`
    throw invalidInput(dockerfileInput, reason, "Let the agent's user read it", { cause })
  }
}

/** The docker client takes `dockerfile` where there is no `Dockerfile`. */
function inSmallLetters(path: string): string {
  return basename(path) === 'Dockerfile' ? join(dirname(path), 'dockerfile') : path
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
