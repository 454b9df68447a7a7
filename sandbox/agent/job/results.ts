import type { JobStatus } from '../expressions/conditions.ts'
import type { Result } from '../contract.ts'

const fromBestToWorst: readonly Result[] = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled', 'Skipped']

/** The worse of both; what is already worse than Failed stays. */
export function mergeResults(current: Result | undefined, next: Result): Result {
  if (current === undefined) return next
  const rank = fromBestToWorst.indexOf(current)
  return rank > fromBestToWorst.indexOf('Failed') || rank > fromBestToWorst.indexOf(next) ? current : next
}

/** Reads a result as `task.complete` names it, in any case. */
export function parseResult(text: string | undefined): Result | undefined {
  return fromBestToWorst.find((result) => result.toLowerCase() === text?.toLowerCase())
}

/** How a step changes the job: a skipped step does not. */
export function mergeIntoJob(status: JobStatus, result: Result): JobStatus {
  switch (result) {
    case 'Succeeded':
    case 'Skipped':
      return status
    case 'SucceededWithIssues':
      return status === 'Succeeded' ? result : status
    case 'Failed':
    case 'Canceled':
      return status === 'Canceled' ? status : result
  }
}
