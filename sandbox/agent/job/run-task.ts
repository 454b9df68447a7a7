import { join, resolve } from 'node:path'
import type { Result } from '../contract.ts'
import type { StepDefinition } from '../template/steps.ts'
import { resultOfProcess } from './result-of-process.ts'
import { runProcess } from './run-process.ts'
import { takeLine } from './run-command.ts'
import type { StepContext } from './step-context.ts'
import { commonEnvironment, taskEnvironment } from './step-environment.ts'
import type { TaskDefinition, TaskHandler } from './task-definition.ts'
import type { GivenInputs } from './task-inputs.ts'
import { readTaskInputs } from './task-inputs.ts'
import type { ResolvedVariables } from './variables.ts'

export interface TaskRun {
  readonly task: TaskDefinition
  readonly handler: TaskHandler
  readonly inputs: GivenInputs
  readonly definition: StepDefinition
  readonly context: StepContext
  readonly variables: ResolvedVariables
  readonly signal: AbortSignal
}

/** Runs one phase of a task as its own Node process. */
export async function runTask(run: TaskRun): Promise<Result> {
  const { task, handler, definition, context, variables } = run
  const { job, log } = context
  writeHeader(task, context)
  const inputs = readTaskInputs(task, run.inputs, {
    variables,
    environment: job.environment,
    connections: job.connections,
    standIn: job.standIn,
    root: job.folders.workingDirectory,
  })
  const end = await runProcess({
    command: job.node,
    arguments: [join(task.folder, handler.target)],
    environment: {
      ...commonEnvironment(job, definition.env, variables),
      ...taskEnvironment(inputs, variables, context.taskVariables),
    },
    workingDirectory: resolve(job.folders.workingDirectory, handler.workingDirectory ?? ''),
    onLine: (line) => {
      takeLine(line, context)
    },
    signal: run.signal,
    completed: context.completed.signal,
    timeout: definition.timeoutInMinutes * 60_000,
  })
  return resultOfProcess(end, log, (code) => `Exit code ${code} returned from the task's process`)
}

function writeHeader(
  { name, friendlyName, description, version, author, helpUrl, helpMarkDown }: TaskDefinition,
  { log }: StepContext,
): void {
  const ruler = '='.repeat(78)
  log.line(ruler)
  log.line(`Task         : ${friendlyName === '' ? name : friendlyName}`)
  log.line(`Description  : ${description}`)
  log.line(`Version      : ${[version.Major, version.Minor, version.Patch].join('.')}`)
  log.line(`Author       : ${author}`)
  log.line(`Help         : ${helpUrl ?? helpMarkDown ?? ''}`)
  log.line(ruler)
}
