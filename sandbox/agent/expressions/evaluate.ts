import type { FunctionTable } from './functions.ts'
import type { Expression, Vocabulary } from './parser.ts'
import { parseExpression } from './parser.ts'
import type { Value } from './values.ts'
import { arrayOf, itemsOf, propertyOf, tryNumber, tryText } from './values.ts'

/** What an expression can see. */
export interface Scope {
  /** Named values by their lower-case names. */
  readonly values: ReadonlyMap<string, Value>
  readonly functions: FunctionTable
}

/** Parses and evaluates in one go. */
export function evaluateText(text: string, scope: Scope): Value {
  return evaluate(parseExpression(text, vocabularyOf(scope)), scope)
}

export function vocabularyOf(scope: Scope): Vocabulary {
  return { names: new Set(scope.values.keys()), functions: scope.functions }
}

/** Evaluates a parsed expression; throws what a cast or a function throws. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'name':
      return scope.values.get(expression.name)
    case 'call':
      return scope.functions
        .get(expression.name)
        ?.call(expression.arguments.map((argument) => () => evaluate(argument, scope)))
    case 'index':
      return access(expression, scope).value
  }
}

/** A value, and whether it is the list that a `*` made: the next access then goes to each of its items. */
interface Accessed {
  readonly value: Value
  readonly isFiltered: boolean
}

function access(expression: Expression, scope: Scope): Accessed {
  if (expression.kind !== 'index') return { value: evaluate(expression, scope), isFiltered: false }

  const target = access(expression.target, scope)
  const targets = target.isFiltered ? itemsOf(target.value) : [target.value]
  if (expression.key === 'every') return { value: arrayOf(targets.flatMap(itemsOf)), isFiltered: true }

  const key = evaluate(expression.key, scope)
  const found = targets.map((each) => memberOf(each, key))
  if (!target.isFiltered) return { value: found[0], isFiltered: false }
  return { value: arrayOf(found.filter((value) => value !== undefined)), isFiltered: true }
}

function memberOf(value: Value, key: Value): Value {
  if (typeof value !== 'object' || value.kind === 'version') return undefined
  if (value.kind === 'object') return propertyOf(value, tryText(key) ?? '')
  const index = tryNumber(key)
  return index === undefined ? undefined : value.items[index]
}
