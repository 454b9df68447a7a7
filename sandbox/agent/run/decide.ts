import type { GraphView } from '../expressions/graph-conditions.ts'
import { graphConditionHolds } from '../expressions/graph-conditions.ts'
import type { Condition } from '../template/read-keys.ts'
import { PipelineError } from '../position.ts'

/** Whether a job or stage is to run; if not, what becomes of it, or why that cannot be said. */
export type Decision = 'run' | 'Skipped' | 'Canceled' | PipelineError

/** Evaluates a condition; what a canceled run leaves out counts as canceled. */
export function decide(condition: Condition, view: GraphView): Decision {
  try {
    if (graphConditionHolds(condition.expression, view)) return 'run'
    return view.isCanceled ? 'Canceled' : 'Skipped'
  } catch (error) {
    return new PipelineError(condition.at, error instanceof Error ? error.message : String(error))
  }
}
