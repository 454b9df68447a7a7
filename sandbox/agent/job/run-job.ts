import type { StepResult } from '../contract.ts'
import type { JobState } from './job-state.ts'
import type { PlannedStep } from './plan-job.ts'
import { mergeIntoJob } from './results.ts'
import { runStep } from './run-step.ts'

/** Runs the steps one after the other; a canceled job goes on with the steps whose condition still holds. */
export async function runJob(steps: readonly PlannedStep[], job: JobState): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  for (const step of steps) {
    takeCancellation(job)
    job.variables.set('Agent.JobStatus', job.status)
    const result = await runStep(step, job)
    job.status = mergeIntoJob(job.status, result.result)
    results.push(result)
  }
  takeCancellation(job)
  return results
}

function takeCancellation(job: JobState): void {
  if (job.signal.aborted) job.status = 'Canceled'
}
