import assert from 'node:assert/strict'
import type { Pipeline } from '../../../../sandbox/agent/template/load-pipeline.ts'
import { loadPipeline } from '../../../../sandbox/agent/template/load-pipeline.ts'
import type { StepDefinition } from '../../../../sandbox/agent/template/steps.ts'
import { temporaryFolder, writeFiles } from '../workspace.ts'

/** Texts by path; a single text is the pipeline file `a.yml`. */
export type Files = Readonly<Record<string, string>>

export function load(files: string | Files, parameters: Record<string, string | boolean> = {}): Pipeline {
  const root = temporaryFolder()
  writeFiles(root, typeof files === 'string' ? { 'a.yml': files } : files)
  return loadPipeline({ root, file: 'a.yml', parameters, variables: new Map([['Build.Reason', 'Manual']]) })
}

/** The text of a script step, the inputs of a task step, or what any other step does. */
function textOf({ action }: StepDefinition): unknown {
  if (action.kind === 'script') return action.script
  if (action.kind !== 'task') return action
  return Object.fromEntries([...action.inputs].map(([name, { text }]) => [name, text]))
}

/** The steps of all jobs, hooks of deployments included. */
export function stepsOf({ stages }: Pipeline): readonly StepDefinition[] {
  const jobs = stages.flatMap((stage) => stage.jobs)
  return jobs.flatMap(({ work }) => (work.kind === 'steps' ? work.steps : work.hooks.flatMap(({ steps }) => steps)))
}

/** What the steps of the expanded pipeline say. */
export function scripts(files: string | Files, parameters: Record<string, string | boolean> = {}): unknown[] {
  return stepsOf(load(files, parameters)).map(textOf)
}

export function assertRefused(
  files: string | Files,
  message: RegExp,
  parameters: Record<string, string | boolean> = {},
): void {
  assert.throws(() => load(files, parameters), { name: 'PipelineError', message })
}
