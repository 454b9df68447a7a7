import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PipelineRequest, PipelineResult, StepResult } from '../../../sandbox/agent/run-pipeline.ts'
import { runPipeline } from '../../../sandbox/agent/run-pipeline.ts'

/** Files of a repository by path, and of the folder of tasks. */
export interface WorkspaceFiles {
  readonly sources: Readonly<Record<string, string>>
  readonly tasks?: Readonly<Record<string, string>>
}

export interface Workspace {
  readonly folder: string
  readonly sources: string
  /** Every line the agent has written so far. */
  readonly lines: readonly string[]
  run(request?: Partial<PipelineRequest>): Promise<PipelineResult>
}

/** A repository and a folder of tasks in a new temporary folder; `run` runs `azure-pipelines.yml`. */
export function aWorkspace(files: WorkspaceFiles): Workspace {
  const folder = temporaryFolder()
  const sources = join(folder, 'sources')
  const tasks = join(folder, 'tasks')
  mkdirSync(tasks)
  writeFiles(sources, files.sources)
  writeFiles(tasks, files.tasks ?? {})
  const lines: string[] = []
  return {
    folder,
    sources,
    lines,
    run: (request = {}) =>
      runPipeline({
        file: 'azure-pipelines.yml',
        sources,
        tasks,
        work: join(folder, 'work'),
        environment: { PATH: process.env.PATH ?? '' },
        runId: 7,
        startedAt: new Date('2026-08-01T12:00:00Z'),
        write: (line) => lines.push(line),
        ...request,
      }),
  }
}

const temporaryFolders: string[] = []

after(() => {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder that is removed after all tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-agent-'))
  temporaryFolders.push(folder)
  return folder
}

export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The files of a task whose `index.js` is `script`; `description` adds to its task.json. */
export function aTask(
  name: string,
  script: string,
  description: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const task = {
    id: '6f1d1b7e-3b1c-4a57-9f0a-0c8f3f0a4c11',
    name,
    friendlyName: `The ${name}`,
    author: 'tests',
    version: { Major: 1, Minor: 2, Patch: 3 },
    inputs: [],
    execution: { Node20_1: { target: 'index.js' } },
    ...description,
  }
  return { [`${name}/task.json`]: JSON.stringify(task), [`${name}/index.js`]: script, [`${name}/package.json`]: '{}' }
}

export function resultsOf(steps: readonly StepResult[]): string[] {
  return steps.map(({ result }) => result)
}

/** The lines of a step without the agent's own. */
export function outputOf(step: StepResult | undefined): string[] {
  return (step?.lines ?? []).filter(
    (line) => !/^(##\[section\]|=+|(Task|Description|Version|Author|Help) +:)/.test(line),
  )
}
