import { evaluate, vocabularyOf } from './evaluate.ts'
import type { Scope } from './evaluate.ts'
import { commonFunctions, eager } from './functions.ts'
import type { Expression } from './parser.ts'
import { parseExpression } from './parser.ts'
import { toBoolean } from './values.ts'

/** How the job stands when a step's condition is evaluated. */
export type JobStatus = 'Succeeded' | 'SucceededWithIssues' | 'Failed' | 'Canceled'

const statusTests: Readonly<Record<string, (status: JobStatus) => boolean>> = {
  always: () => true,
  canceled: (status) => status === 'Canceled',
  failed: (status) => status === 'Failed',
  succeeded: (status) => status === 'Succeeded' || status === 'SucceededWithIssues',
  succeededorfailed: (status) => status !== 'Canceled',
}

/** Parses a `condition:`; throws an ExpressionError. */
export function parseCondition(text: string): Expression {
  return parseExpression(text, vocabularyOf(conditionScope('Succeeded', new Map())))
}

/** Whether the step is to run; throws when a cast fails. */
export function conditionHolds(
  condition: Expression,
  status: JobStatus,
  variables: ReadonlyMap<string, string>,
): boolean {
  return toBoolean(evaluate(condition, conditionScope(status, variables)))
}

function conditionScope(status: JobStatus, variables: ReadonlyMap<string, string>): Scope {
  const tests = Object.entries(statusTests).map(([name, test]) => [name, eager(0, 0, () => test(status))] as const)
  return {
    values: new Map([['variables', { kind: 'object', entries: variables }]]),
    functions: new Map([...commonFunctions, ...tests]),
  }
}
