import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { evaluateText, vocabularyOf } from './evaluate.ts'
import type { Scope } from './evaluate.ts'
import { commonFunctions } from './functions.ts'
import type { Dependencies } from './graph-conditions.ts'
import { parseExpression } from './parser.ts'
import type { Value } from './values.ts'
import { toText } from './values.ts'

/** The value of a text at the start of the job: a whole `$[ expression ]` is evaluated, other text stays. */
export function runtimeValue(
  text: string,
  variables: ReadonlyMap<string, string>,
  at: Position,
  dependencies: Dependencies = new Map(),
): string {
  const scope = scopeOf(variables, dependencies)
  return inRuntimeExpression(text, at, (inside) => toText(evaluateText(inside, scope))) ?? text
}

/** Throws a {@link PipelineError} where a `$[ expression ]` does not parse with these names beside `variables`. */
export function assertRuntimeValue(text: string, at: Position, names: readonly string[]): void {
  const scope = scopeOf(new Map(), new Map(names.map((name) => [name, undefined])))
  inRuntimeExpression(text, at, (inside) => parseExpression(inside, vocabularyOf(scope)))
}

function scopeOf(variables: ReadonlyMap<string, string>, dependencies: Dependencies): Scope {
  return {
    values: new Map<string, Value>([['variables', { kind: 'object', entries: variables }], ...dependencies]),
    functions: commonFunctions,
  }
}

function inRuntimeExpression<Found>(text: string, at: Position, use: (inside: string) => Found): Found | undefined {
  const [, expression] = /^\s*\$\[([^]*)\]\s*$/.exec(text) ?? []
  if (expression === undefined) return undefined
  try {
    return use(expression.trim())
  } catch (error) {
    throw new PipelineError(at, error instanceof Error ? error.message : String(error))
  }
}
