import type { Result } from '../contract.ts'
import { evaluate, vocabularyOf } from './evaluate.ts'
import type { Scope } from './evaluate.ts'
import type { LanguageFunction } from './functions.ts'
import { commonFunctions, eager } from './functions.ts'
import type { Expression } from './parser.ts'
import { parseExpression } from './parser.ts'
import type { Value } from './values.ts'
import { toBoolean, toText } from './values.ts'

/** Named values beside `variables`, such as `dependencies`, by lower-case names. */
export type Dependencies = ReadonlyMap<string, Value>

/** What the condition of a job or a stage sees. */
export interface GraphView {
  readonly variables: ReadonlyMap<string, string>
  readonly dependencies: Dependencies
  /** Results of everything it depends on, directly or not, by lower-case names. */
  readonly results: ReadonlyMap<string, Result>
  readonly isCanceled: boolean
}

/** A job's condition reads outputs of jobs of its own and of earlier stages; a stage's only those of stages. */
const namesFor = { job: ['dependencies', 'stagedependencies'], stage: ['dependencies'] } as const

/** Parses the `condition:` of a job or stage; throws an ExpressionError. */
export function parseGraphCondition(text: string, kind: 'job' | 'stage'): Expression {
  const dependencies = new Map(namesFor[kind].map((name) => [name, undefined]))
  const view = { variables: new Map<string, string>(), dependencies, results: new Map<string, Result>() }
  return parseExpression(text, vocabularyOf(scopeOf({ ...view, isCanceled: false })))
}

/** Whether a job or stage is to run; throws when a cast fails. */
export function graphConditionHolds(condition: Expression, view: GraphView): boolean {
  return toBoolean(evaluate(condition, scopeOf(view)))
}

function scopeOf(view: GraphView): Scope {
  return {
    values: new Map<string, Value>([['variables', { kind: 'object', entries: view.variables }], ...view.dependencies]),
    functions: new Map([...commonFunctions, ...statusFunctions(view)]),
  }
}

const good: readonly (Result | undefined)[] = ['Succeeded', 'SucceededWithIssues']

/** Without arguments they look at the whole graph above, with arguments at the named jobs or stages. */
function statusFunctions({ results, isCanceled }: GraphView): ReadonlyMap<string, LanguageFunction> {
  const everything = [...results.values()]
  const about = (decide: (results: readonly (Result | undefined)[]) => boolean) =>
    eager(0, Infinity, (names) => {
      const named = names.map((name) => results.get(toText(name).toLowerCase()))
      return !isCanceled && decide(names.length === 0 ? everything : named)
    })
  return new Map([
    ['always', eager(0, 0, () => true)],
    ['canceled', eager(0, 0, () => isCanceled)],
    ['succeeded', about((all) => all.every((result) => good.includes(result)))],
    ['failed', about((all) => all.includes('Failed'))],
    ['succeededorfailed', about((all) => all.length === 0 || all.some((result) => result !== 'Skipped'))],
  ])
}
