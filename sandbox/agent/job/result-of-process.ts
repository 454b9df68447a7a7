import type { Result } from '../contract.ts'
import type { ProcessEnd } from './run-process.ts'
import type { StepLog } from './step-log.ts'

/** What the end of a process means for its step; `explain` gives the error for an exit code that is not 0. */
export function resultOfProcess(end: ProcessEnd, log: StepLog, explain: (code: string) => string): Result {
  switch (end.kind) {
    case 'canceled':
      log.error('The operation was canceled.')
      return 'Canceled'
    case 'timed-out':
      log.error('The task has timed out.')
      return 'Failed'
    case 'completed':
      return 'Succeeded'
    case 'exited':
      if (end.code === 0) return 'Succeeded'
      log.error(explain(String(end.code)))
      return 'Failed'
  }
}
