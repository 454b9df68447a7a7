import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Result } from '../contract.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import type { DownloadAction, PublishAction } from '../template/step-actions.ts'
import { matchPaths } from './file-patterns.ts'
import type { StepContext } from './step-context.ts'
import type { ResolvedVariables } from './variables.ts'

/** One step that publishes or downloads, and the job that it is a step of. */
export interface ArtifactRun<Action> {
  readonly action: Action
  readonly context: StepContext
  readonly variables: ResolvedVariables
  /** Where the step stands, for what it cannot do. */
  readonly at: Position
}

/** Copies a file or folder into an artifact of the run; a name that is taken is an error, as on the service. */
export async function publishArtifact(run: ArtifactRun<PublishAction>): Promise<Result> {
  const { action, context, variables, at } = run
  const { folders } = context.job
  const path = resolve(folders.workingDirectory, variables.expand(action.path))
  const name = variables.expand(action.artifact ?? nameOfJob(variables))
  if (!/^[^\\/":<>|*?]+$/.test(name) || name === '.' || name === '..') {
    throw new PipelineError(at, `Artifact name is not valid: ${name}. It cannot contain \\ / " : < > | * ?`)
  }
  if (!existsSync(path)) throw new PipelineError(at, `Path does not exist: ${path}`)
  const folder = join(folders.artifacts, name)
  if (existsSync(folder)) throw new PipelineError(at, `Artifact ${name} already exists for this run`)

  const isFolder = (await stat(path)).isDirectory()
  await mkdir(folder, { recursive: true })
  await cp(path, isFolder ? folder : join(folder, basename(path)), { recursive: true })
  context.log.line(`Published ${path} as artifact ${name}`)
  return 'Succeeded'
}

/** What the service calls an artifact without a name: the job's identifier without what a name cannot have. */
function nameOfJob(variables: ResolvedVariables): string {
  const identifier = variables.get('System.JobIdentifier') ?? 'Job'
  return identifier.replace(/[^a-zA-Z0-9 .]/g, '').replace('.default', '')
}

/** Copies one artifact, or all of them, into the workspace of the job. */
export async function downloadArtifacts(run: ArtifactRun<DownloadAction>): Promise<Result> {
  const { action, context, variables } = run
  if (action.source === 'none') {
    context.log.line('No artifact is downloaded.')
    return 'Succeeded'
  }
  const { artifacts, workspace } = context.job.folders
  const names = (await readdir(artifacts)).toSorted()
  const target = action.path === undefined ? workspace : resolve(workspace, variables.expand(action.path))
  if (action.artifact === undefined) {
    for (const name of names) await download(name, join(target, name), run)
    return 'Succeeded'
  }
  const name = variables.expand(action.artifact)
  if (!names.includes(name)) {
    const known = names.length === 0 ? 'none' : names.join(', ')
    throw new PipelineError(run.at, `Artifact ${name} was not found. Artifacts of this run so far: ${known}`)
  }
  await download(name, action.path === undefined ? join(target, name) : target, run)
  return 'Succeeded'
}

async function download(name: string, target: string, run: ArtifactRun<DownloadAction>): Promise<void> {
  const { action, context, variables } = run
  const folder = join(context.job.folders.artifacts, name)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  const taken = matchPaths(files, variables.expand(action.patterns))
  await mkdir(target, { recursive: true })
  for (const file of taken) await cp(join(folder, file), join(target, file), { recursive: true })
  context.log.line(
    `Downloaded ${String(taken.length)} of ${String(files.length)} files of artifact ${name} to ${target}`,
  )
}
