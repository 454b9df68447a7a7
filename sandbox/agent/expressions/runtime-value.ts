import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { evaluateText } from './evaluate.ts'
import { commonFunctions } from './functions.ts'
import { toText } from './values.ts'

/** The value of a variable at the start of the job: a whole `$[ expression ]` is evaluated, other text stays. */
export function runtimeValue(text: string, variables: ReadonlyMap<string, string>, at: Position): string {
  const [, expression] = /^\s*\$\[([^]*)\]\s*$/.exec(text) ?? []
  if (expression === undefined) return text
  try {
    const values = new Map([['variables', { kind: 'object', entries: variables } as const]])
    return toText(evaluateText(expression.trim(), { values, functions: commonFunctions }))
  } catch (error) {
    throw new PipelineError(at, error instanceof Error ? error.message : String(error))
  }
}
