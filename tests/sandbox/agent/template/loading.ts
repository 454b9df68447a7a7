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

/** The text of a script step, or the inputs of a task step. */
function textOf({ action }: StepDefinition): unknown {
  if (action.kind === 'script') return action.script
  return action.kind === 'task'
    ? Object.fromEntries([...action.inputs].map(([name, { text }]) => [name, text]))
    : action.repository
}

/** What the steps of the expanded pipeline say. */
export function scripts(files: string | Files, parameters: Record<string, string | boolean> = {}): unknown[] {
  return load(files, parameters).steps.map(textOf)
}

export function assertRefused(
  files: string | Files,
  message: RegExp,
  parameters: Record<string, string | boolean> = {},
): void {
  assert.throws(() => load(files, parameters), { name: 'PipelineError', message })
}
