import { setTimeout as pause } from 'node:timers/promises'
import type { Result, StepResult } from '../contract.ts'
import { conditionHolds } from '../expressions/conditions.ts'
import type { JobStatus } from '../expressions/conditions.ts'
import type { JobState } from './job-state.ts'
import type { PlannedStep } from './plan-job.ts'
import { mergeResults } from './results.ts'
import { downloadArtifacts, publishArtifact } from './run-artifact-step.ts'
import { runCheckout } from './run-checkout.ts'
import { runScript } from './run-script.ts'
import { runTask } from './run-task.ts'
import type { StepContext } from './step-context.ts'
import { StepLog } from './step-log.ts'
import type { ResolvedVariables } from './variables.ts'

/** Runs one step if its condition holds, and says what became of it. Never throws for what the step does. */
export async function runStep(step: PlannedStep, job: JobState): Promise<StepResult> {
  const started = performance.now()
  const variables = job.variables.resolve()
  const displayName = job.masker.mask(variables.expand(step.displayName))
  const log = new StepLog(job.masker, job.write, job.isDebugging)
  const outputs = new Map<string, string>()
  const result = await resultOf(step, { job, log, outputs, variables, displayName })
  return {
    ...(step.definition.name !== undefined && { name: step.definition.name }),
    displayName,
    result,
    outputs: Object.fromEntries(outputs),
    issues: log.issues,
    lines: log.lines,
    milliseconds: Math.round(performance.now() - started),
  }
}

interface StepRun {
  readonly job: JobState
  readonly log: StepLog
  readonly outputs: Map<string, string>
  /** As they are when the step starts; what it sets is for later steps. */
  readonly variables: ResolvedVariables
  readonly displayName: string
}

async function resultOf(step: PlannedStep, run: StepRun): Promise<Result> {
  const { job, log, variables, displayName } = run
  const decision = decide(step, job.status, variables)
  if (decision === false) {
    log.section(`Skipped: ${displayName} (condition: ${step.definition.condition.text})`)
    return 'Skipped'
  }
  log.section(`Starting: ${displayName}`)
  const result = decision === true ? await runWithRetries(step, run) : failed(log, decision)
  const reported = result === 'Failed' && step.definition.continueOnError ? 'SucceededWithIssues' : result
  log.section(`Finishing: ${displayName}`)
  return reported
}

/** Whether to run the step, or why that cannot be said. Post-jobs run always. */
function decide(step: PlannedStep, status: JobStatus, variables: ResolvedVariables): boolean | Error {
  if (step.phase === 'postjobexecution') return true
  try {
    return conditionHolds(step.definition.condition.expression, status, variables.values)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function failed(log: StepLog, error: Error): Result {
  log.error(error.message)
  return 'Failed'
}

async function runWithRetries(step: PlannedStep, run: StepRun): Promise<Result> {
  const { retryCountOnTaskFailure: retries } = step.definition
  for (let attempt = 1; ; attempt++) {
    const result = await runOnce(step, run)
    if (result !== 'Failed' || attempt > retries || run.job.signal.aborted) return result
    const seconds = attempt ** 2
    run.log.warning(
      `The step failed and is tried again (attempt #${String(attempt)} out of ${String(retries)}) after ${String(seconds)} s`,
    )
    const hasPaused = await pause(seconds * 1000, true, { signal: run.job.signal }).catch(() => false)
    if (!hasPaused) return 'Canceled'
  }
}

async function runOnce(step: PlannedStep, run: StepRun): Promise<Result> {
  const { job, log, outputs, variables } = run
  const task = step.work.kind === 'task' ? step.work.task : undefined
  const context: StepContext = {
    job,
    log,
    outputs,
    referenceName: step.referenceName,
    declaredOutputs: new Set(task?.outputVariables.map(({ name }) => name.toLowerCase())),
    restrictions: task?.restrictions ?? {},
    taskVariables: step.taskVariables,
    commandResult: undefined,
    completed: new AbortController(),
  }
  const cancellation = cancellationOf(step, job, variables)
  try {
    const result = await execute(step, context, variables, cancellation.signal)
    return mergeResults(result, context.commandResult ?? 'Succeeded')
  } catch (error) {
    return failed(log, error instanceof Error ? error : new Error(String(error)))
  } finally {
    cancellation.dispose()
  }
}

async function execute(
  step: PlannedStep,
  context: StepContext,
  variables: ResolvedVariables,
  signal: AbortSignal,
): Promise<Result> {
  const { work, definition } = step
  switch (work.kind) {
    case 'task':
      return runTask({ ...work, definition, context, variables, signal })
    case 'script':
      return runScript({ ...work, definition, context, variables, signal })
    case 'checkout':
      return runCheckout(work, context)
    case 'publish':
      return publishArtifact({ action: work, context, variables, at: definition.at })
    case 'download':
      return downloadArtifacts({ action: work, context, variables, at: definition.at })
  }
}

/** Aborts when the job is canceled, unless the step's condition also holds for a canceled job. */
function cancellationOf(
  step: PlannedStep,
  job: JobState,
  variables: ResolvedVariables,
): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  const cancel = () => {
    if (decide(step, 'Canceled', variables) !== true) controller.abort()
  }
  if (!job.signal.aborted) job.signal.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    dispose: () => {
      job.signal.removeEventListener('abort', cancel)
    },
  }
}
