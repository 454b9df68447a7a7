import type { Scope } from '../expressions/evaluate.ts'
import { evaluate, vocabularyOf } from '../expressions/evaluate.ts'
import { commonFunctions } from '../expressions/functions.ts'
import type { Expression } from '../expressions/parser.ts'
import { parseExpression } from '../expressions/parser.ts'
import type { Value } from '../expressions/values.ts'
import { tryText } from '../expressions/values.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'

/** What `${{ }}` sees in one file. */
export interface TemplateScope extends Scope {
  /** Lower-case names of the file's parameters; `undefined` where it takes any. */
  readonly declaredParameters: ReadonlySet<string> | undefined
}

export interface FileValues {
  readonly parameters: ReadonlyMap<string, Value>
  readonly declaredParameters: ReadonlySet<string> | undefined
  readonly variables: ReadonlyMap<string, string>
}

export function templateScope(file: FileValues): TemplateScope {
  return {
    values: new Map([
      ['parameters', { kind: 'object', entries: file.parameters }],
      ['variables', { kind: 'object', entries: file.variables }],
    ]),
    functions: commonFunctions,
    declaredParameters: file.declaredParameters,
  }
}

/** The same scope with one more name, which hides an outer one of the same name. */
export function withLoopVariable(scope: TemplateScope, name: string, value: Value): TemplateScope {
  return { ...scope, values: new Map([...scope.values, [name, value]]) }
}

/** The same scope with more variables, which hide outer ones of the same name. */
export function withVariables(
  scope: TemplateScope,
  variables: readonly { readonly name: string; readonly value: string }[],
): TemplateScope {
  const outer = scope.values.get('variables')
  const entries = new Map(typeof outer === 'object' && outer.kind === 'object' ? outer.entries : [])
  for (const { name, value } of variables) {
    for (const known of entries.keys()) if (known.toLowerCase() === name.toLowerCase()) entries.delete(known)
    entries.set(name, value)
  }
  return { ...scope, values: new Map([...scope.values, ['variables', { kind: 'object', entries }]]) }
}

/** Evaluates the inside of `${{ }}`; every problem becomes a {@link PipelineError} at that place. */
export function evaluateInTemplate(text: string, scope: TemplateScope, at: Position): Value {
  try {
    const expression = parseExpression(text, vocabularyOf(scope))
    assertDeclared(expression, scope)
    return evaluate(expression, scope)
  } catch (error) {
    if (error instanceof Error) throw new PipelineError(at, `${error.message} (in \${{ ${text} }})`)
    throw error
  }
}

function assertDeclared(expression: Expression, scope: TemplateScope): void {
  if (expression.kind === 'call') for (const argument of expression.arguments) assertDeclared(argument, scope)
  if (expression.kind !== 'index') return

  assertDeclared(expression.target, scope)
  if (expression.key === 'every') return
  assertDeclared(expression.key, scope)
  if (expression.target.kind !== 'name' || expression.target.name !== 'parameters') return
  const name = expression.key.kind === 'literal' ? tryText(expression.key.value) : undefined
  if (name === undefined || scope.declaredParameters?.has(name.toLowerCase()) !== false) return
  throw new Error(`Unexpected parameter reference 'parameters.${name}'`)
}
