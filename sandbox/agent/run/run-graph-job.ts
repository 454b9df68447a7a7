import type { Result } from '../contract.ts'
import { runtimeValue } from '../expressions/runtime-value.ts'
import type { JobOutcome } from '../graph/outcomes.ts'
import { worstOf } from '../graph/outcomes.ts'
import type { Leg } from '../graph/matrix.ts'
import { mostJobs, parseMatrix } from '../graph/matrix.ts'
import type { JobOutput } from '../job/job-state.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { copiesOf } from '../template/jobs.ts'
import type { Copies } from '../template/strategy.ts'
import type { JobRun } from './job-run.ts'
import { endWithoutRunning, keep, resultOf, valuesOf } from './job-run.ts'
import { runDeployment } from './run-deployment.ts'
import { runPart } from './run-part.ts'
import type { RunState } from './run-state.ts'
import { declare, variablesOfRun } from './run-variables.ts'
import { knownLegs, stepsOfJob, worksInPlace } from './steps-of-job.ts'

/** Runs a job with all its copies, one after the other, and says what later jobs can read of it. */
export async function runGraphJob(jobRun: JobRun, run: RunState): Promise<JobOutcome> {
  const { stage, job } = jobRun
  const { work } = job
  if (work.kind === 'deployment') return runDeployment(work, jobRun, run)

  const legs = legsOf(work.copies, jobRun, run)
  if (legs instanceof PipelineError) return endWithoutRunning(jobRun, legs, run)
  const isInPlace = worksInPlace(run.pipeline.kind, job)
  const results: Result[] = []
  const outputs = new Map<string, JobOutput>()
  for (const [index, leg] of legs.entries()) {
    const displayName = leg === undefined ? job.displayName : `${job.displayName} ${leg.name}`
    const place = { stage, job, part: leg?.name, displayName, position: index + 1, total: legs.length }
    const steps = isInPlace ? work.steps : stepsOfJob(work.steps, job)
    const end = await runPart(
      { place, steps, isInPlace, pool: job.pool, variables: leg?.variables ?? new Map() },
      jobRun,
      run,
    )
    const result = resultOf(end.result, job)
    keep(jobRun, { ...end, result, displayName, ...(leg !== undefined && { leg: leg.name }) }, run)
    for (const [name, output] of end.outputs) outputs.set(name, output)
    results.push(result)
  }
  return { name: job.name, result: worstOf(results), outputs: valuesOf(outputs, run) }
}

/** The copies of the job; one that has no name where the matrix of the run is empty, as on the service. */
function legsOf(copies: Copies, jobRun: JobRun, run: RunState): readonly (Leg | undefined)[] | PipelineError {
  if (copies.kind !== 'runtime-matrix') return knownLegs(copies)
  const { stage, dependencies } = jobRun
  try {
    const variables = variablesOfRun(run)
    declare(variables, stage.variables, dependencies)
    const legs = parseMatrix(runtimeValue(copies.text, variables.resolve().values, copies.at, dependencies), copies.at)
    assertRoom(legs.length, jobRun, copies.at)
    return legs.length === 0 ? [undefined] : legs
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
}

function assertRoom(legs: number, { stage, job }: JobRun, at: Position): void {
  const others = stage.jobs.filter((each) => each !== job).reduce((sum, each) => sum + copiesOf(each), 0)
  if (legs + others <= mostJobs) return
  const problem = `The matrix has ${String(legs)} legs; with the ${String(others)} other jobs of the stage that is more`
  throw new PipelineError(at, `${problem} than the ${String(mostJobs)} that a stage may have`)
}
