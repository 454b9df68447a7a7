import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Result } from '../contract.ts'
import type { StepAction } from '../template/step-actions.ts'
import type { StepDefinition } from '../template/steps.ts'
import { resultOfProcess } from './result-of-process.ts'
import { takeLine } from './run-command.ts'
import { runProcess } from './run-process.ts'
import type { StepContext } from './step-context.ts'
import { commonEnvironment } from './step-environment.ts'
import type { ResolvedVariables } from './variables.ts'

export type ScriptRun = Extract<StepAction, { kind: 'script' }> & {
  readonly definition: StepDefinition
  readonly context: StepContext
  readonly variables: ResolvedVariables
  readonly signal: AbortSignal
}

/** Runs a `script` or `bash` step through bash; secrets reach it only through `env`. */
export async function runScript(run: ScriptRun): Promise<Result> {
  const { shell, definition, context, variables } = run
  const { job, log } = context
  const file = join(job.folders.temporary, `${randomUUID()}.sh`)
  await writeFile(file, variables.expand(run.script))
  log.line('========================== Starting Command Output ===========================')
  const streams = new Set<string>()
  const end = await runProcess({
    command: 'bash',
    arguments: ['--noprofile', '--norc', file],
    environment: commonEnvironment(job, definition.env, variables),
    workingDirectory: resolve(job.folders.workingDirectory, variables.expand(run.workingDirectory)),
    onLine: (line, stream) => {
      streams.add(stream)
      takeLine(line, context)
    },
    signal: run.signal,
    completed: context.completed.signal,
    timeout: definition.timeoutInMinutes * 60_000,
  })
  const result = resultOfProcess(end, log, (code) => `${shell} exited with code '${code}'.`)
  if (result !== 'Succeeded' || !run.failOnStderr || !streams.has('stderr')) return result
  log.error(`${shell} wrote one or more lines to the standard error stream.`)
  return 'Failed'
}
