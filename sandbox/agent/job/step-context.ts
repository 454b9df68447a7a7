import type { Result } from '../contract.ts'
import type { JobState } from './job-state.ts'
import type { StepLog } from './step-log.ts'
import type { Restrictions } from './task-definition.ts'

interface TaskVariable {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
}

/** Task variables by lower-case name; one map for the pre-job, main and post-job part of one step. */
export type TaskVariables = Map<string, TaskVariable>

/** What the logging commands of one running step act on. */
export interface StepContext {
  readonly job: JobState
  readonly log: StepLog
  /** The step's name, or the one the server would make up. */
  readonly referenceName: string
  /** Names in the task's `outputVariables`, in lower case: setting one always makes an output variable. */
  readonly declaredOutputs: ReadonlySet<string>
  readonly restrictions: Restrictions
  readonly taskVariables: TaskVariables
  readonly outputs: Map<string, string>
  /** The worst of what the step's commands said so far. */
  commandResult: Result | undefined
  /** Aborted by `task.complete` with `done=true`. */
  readonly completed: AbortController
}
