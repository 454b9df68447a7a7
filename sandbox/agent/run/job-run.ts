import type { Issue, Result, StepResult } from '../contract.ts'
import type { Dependencies } from '../expressions/graph-conditions.ts'
import type { JobOutcome } from '../graph/outcomes.ts'
import type { JobOutput } from '../job/job-state.ts'
import type { JobDefinition } from '../template/jobs.ts'
import type { StageDefinition } from '../template/stages.ts'
import type { Decision } from './decide.ts'
import type { RunState } from './run-state.ts'
import { writeLine } from './run-state.ts'

/** A job whose turn it is, and what it can read of those before it. */
export interface JobRun {
  readonly stage: StageDefinition
  readonly job: JobDefinition
  /** `dependencies` and `stageDependencies`. */
  readonly dependencies: Dependencies
}

/** How a job, a copy or a hook ended. */
export interface PartResult {
  readonly result: Result
  readonly steps: readonly StepResult[]
  readonly issues: readonly Issue[]
  /** By the names under which later jobs read them. */
  readonly outputs: ReadonlyMap<string, JobOutput>
}

/** Keeps how a job or one copy of it ended; `displayName` has the copy in it. */
export function keep(jobRun: JobRun, end: PartResult & { leg?: string; displayName: string }, run: RunState): void {
  const outputs = [...end.outputs].map(([name, { value, isSecret }]) => [name, isSecret ? '***' : value] as const)
  run.jobs.push({
    stage: jobRun.stage.name,
    name: jobRun.job.name,
    ...(end.leg !== undefined && { leg: end.leg }),
    displayName: end.displayName,
    result: end.result,
    steps: end.steps,
    issues: end.issues,
    outputs: Object.fromEntries(outputs),
  })
}

/** Ends a job that does not run: its condition does not hold, or something of it cannot be evaluated. */
export function endWithoutRunning(jobRun: JobRun, decision: Exclude<Decision, 'run'>, run: RunState): JobOutcome {
  const { job } = jobRun
  const { displayName, condition } = job
  const isProblem = decision instanceof Error
  if (isProblem) writeLine(run, `##[error]${decision.message}`)
  else writeLine(run, `##[section]${decision}: ${displayName} (condition: ${condition.text})`)

  const result = isProblem ? resultOf('Failed', job) : decision
  const issues = isProblem ? [{ type: 'error', message: decision.message } as const] : []
  keep(jobRun, { result, issues, displayName, steps: [], outputs: new Map() }, run)
  return { name: job.name, result, outputs: new Map() }
}

/** A failed job with `continueOnError` is one with issues. */
export function resultOf(result: Result, { continueOnError }: JobDefinition): Result {
  return result === 'Failed' && continueOnError ? 'SucceededWithIssues' : result
}

/** What later jobs get of the outputs; they remember which are secrets. */
export function valuesOf(outputs: ReadonlyMap<string, JobOutput>, run: RunState): ReadonlyMap<string, string> {
  for (const { value, isSecret } of outputs.values()) if (isSecret && value !== '') run.secretOutputs.add(value)
  return new Map([...outputs].map(([name, { value }]) => [name, value]))
}
