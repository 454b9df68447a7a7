import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts'
import { codeOf } from '../model/error-text.ts'
import { invalidInput } from '../model/invalid-input.ts'
import { leavesWorkspace, type Workspace } from './workspace.ts'

/** The inputs that name a Dockerfile and its build context. */
export interface DockerfileInputs {
  readonly contextInput: string
  /** Absolute path. */
  readonly context: string
  readonly dockerfileInput: string
  /** Absolute, or relative to the context. */
  readonly dockerfile: string
  /** Undefined outside of an agent. */
  readonly workspace?: Workspace | undefined
}

/**
 * Makes sure that the context is there, and reads the Dockerfile. Throws InvalidInput, also where a link of the repository
 * leads out of the workspace.
 */
export async function loadDockerfile(inputs: DockerfileInputs): Promise<DockerfileSource> {
  const { contextInput, context, dockerfileInput, dockerfile } = inputs
  const folder = await stat(context).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw invalidInput(contextInput, `names ${context}, which is not a folder`)

  const named = isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)
  const path = (await isFile(named)) ? named : inSmallLetters(named)
  await requireInWorkspace(inputs, path)
  if (!(await isFile(path))) throw invalidInput(dockerfileInput, `names ${named}, which is not a file`)
  try {
    const text = await readFile(path, 'utf8')
    return { path, text, parsed: parseDockerfile(text) }
  } catch (cause) {
    const reason = `names ${path}, which cannot be read (${codeOf(cause) ?? 'unknown reason'})`
    throw invalidInput(dockerfileInput, reason, "Let the agent's user read it", { cause })
  }
}

/** A link in the checked-out files could lead to a token of the agent, and messages or the image would show it. */
async function requireInWorkspace(
  { contextInput, context, dockerfileInput, workspace }: DockerfileInputs,
  dockerfile: string,
): Promise<void> {
  if (workspace === undefined) return
  const paths = [
    [contextInput, context],
    [dockerfileInput, dockerfile],
    [dockerfileInput, `${dockerfile}.dockerignore`],
    [contextInput, join(context, '.dockerignore')],
  ] as const
  for (const [input, path] of paths) {
    if (!(await leavesWorkspace(path, workspace))) continue
    const reason = `leads to ${path}, where a link leaves the workspace of the pipeline`
    throw invalidInput(input, reason, 'Replace the link by what it leads to', { mistake: 'outside' })
  }
}

/** The docker client takes `dockerfile` where there is no `Dockerfile`. */
function inSmallLetters(path: string): string {
  return basename(path) === 'Dockerfile' ? join(dirname(path), 'dockerfile') : path
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
