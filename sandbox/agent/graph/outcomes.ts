import type { Result } from '../contract.ts'
import type { Value } from '../expressions/values.ts'
import { objectOf } from '../expressions/values.ts'

/** What later jobs can read of a job that has ended, or was skipped. */
export interface JobOutcome {
  readonly name: string
  readonly result: Result
  /** By `step.variable`; of a matrix by `leg.step.variable`; of a deployment by `job.step.variable`. */
  readonly outputs: ReadonlyMap<string, string>
}

/** The same of a stage. */
export interface StageOutcome {
  readonly name: string
  readonly result: Result
  readonly jobs: readonly JobOutcome[]
}

/** `dependencies` of a job: `dependencies.<job>.result` and `dependencies.<job>.outputs['step.variable']`. */
export function jobDependencies(jobs: readonly JobOutcome[]): Value {
  return objectOf(Object.fromEntries(jobs.map((job) => [job.name, jobValue(job)])))
}

/** `dependencies` of a stage: `dependencies.<stage>.result` and `dependencies.<stage>.outputs['job.step.variable']`. */
export function stageDependencies(stages: readonly StageOutcome[]): Value {
  const values = stages.map(({ name, result, jobs }) => {
    const outputs = jobs.flatMap((job) =>
      [...job.outputs].map(([key, value]) => [`${job.name}.${key}`, value] as const),
    )
    return [name, objectOf({ result, outputs: objectOf(Object.fromEntries(outputs)) })] as const
  })
  return objectOf(Object.fromEntries(values))
}

/** `stageDependencies` of a job: `stageDependencies.<stage>.<job>.outputs['step.variable']`. */
export function jobsOfStages(stages: readonly StageOutcome[]): Value {
  return objectOf(Object.fromEntries(stages.map(({ name, jobs }) => [name, jobDependencies(jobs)])))
}

function jobValue({ result, outputs }: JobOutcome): Value {
  return objectOf({ result, outputs: { kind: 'object', entries: outputs } })
}

/** The worst of the results; Skipped where nothing ran. */
export function worstOf(results: readonly Result[]): Result {
  const ran = results.filter((result) => result !== 'Skipped')
  const fromWorst = ['Canceled', 'Failed', 'SucceededWithIssues', 'Succeeded'] as const
  return fromWorst.find((result) => ran.includes(result)) ?? 'Skipped'
}
