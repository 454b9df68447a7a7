import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceLayout } from './plan-checkouts.ts'

/** The folders of one job. */
export interface Folders {
  readonly sources: string
  /** Where the repository of the pipeline itself is. */
  readonly self: string
  /** System.DefaultWorkingDirectory. */
  readonly workingDirectory: string
  /** The agent's work folder. */
  readonly work: string
  /** Pipeline.Workspace. */
  readonly workspace: string
  readonly temporary: string
  readonly tools: string
  readonly staging: string
  readonly binaries: string
  readonly testResults: string
  /** Of the run: what its jobs publish, in a folder per artifact. */
  readonly artifacts: string
  /** Of the run. */
  readonly attachments: string
}

/** The folders that the jobs of one run share. */
export interface RunFolders {
  readonly work: string
  readonly artifacts: string
  readonly attachments: string
}

/** Makes the folders of a run. Artifacts are kept where it is an attempt after the first. */
export async function prepareRun(work: string, runId: number, attempt: number): Promise<RunFolders> {
  const artifacts = join(work, 'runs', String(runId), 'artifacts')
  const attachments = join(work, 'runs', String(runId), 'attachments')
  if (attempt === 1) await rm(artifacts, { recursive: true, force: true })
  for (const folder of [artifacts, attachments]) await mkdir(folder, { recursive: true })
  return { work, artifacts, attachments }
}

/** Makes the folders of a job that works in the sources themselves, and empties what belongs to one job only. */
export async function prepareInPlace(sources: string, run: RunFolders): Promise<Folders> {
  const { work } = run
  const folders = {
    ...run,
    ...foldersIn(work, work),
    sources,
    self: sources,
    workingDirectory: sources,
    workspace: work,
  }
  for (const folder of [folders.temporary, folders.staging, folders.testResults]) {
    await rm(folder, { recursive: true, force: true })
  }
  return make({ ...folders, tools: join(work, '_tool') })
}

/** Makes the folders of a job that has an agent, and a work folder, of its own: `<work>/jobs/<name>`. */
export async function prepareOwn(name: string, layout: SourceLayout, run: RunFolders): Promise<Folders> {
  const work = join(run.work, 'jobs', name)
  await rm(work, { recursive: true, force: true })
  const workspace = join(work, '1')
  return make({
    ...run,
    ...foldersIn(workspace, work),
    sources: join(workspace, layout.sources),
    self: join(workspace, layout.self),
    workingDirectory: join(workspace, layout.workingDirectory),
    work,
    workspace,
    tools: join(run.work, '_tool'),
  })
}

function foldersIn(workspace: string, work: string) {
  return {
    temporary: join(work, '_temp'),
    staging: join(workspace, 'a'),
    binaries: join(workspace, 'b'),
    testResults: join(workspace, 'TestResults'),
  }
}

async function make(folders: Folders): Promise<Folders> {
  for (const folder of Object.values(folders) as string[]) await mkdir(folder, { recursive: true })
  return folders
}
