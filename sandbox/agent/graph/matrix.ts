import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'

/** One copy of a job: its name, and the variables that only this copy has. */
export interface Leg {
  readonly name: string
  readonly variables: ReadonlyMap<string, string>
}

/** Most jobs of a stage, copies included; a limit of the service. */
export const mostJobs = 256

/** Reads a matrix that a job gave as JSON, `{"leg": {"variable": "value"}}`; throws a {@link PipelineError}. */
export function parseMatrix(text: string, at: Position): readonly Leg[] {
  const matrix = parseObject(text)
  if (matrix === undefined) {
    throw new PipelineError(at, `The matrix must be a JSON object of legs, but it is: ${shorten(text)}`)
  }
  const legs = Object.entries(matrix).map(([name, variables]) => {
    if (!isObject(variables)) {
      throw new PipelineError(at, `The leg '${name}' of the matrix must be a JSON object of variables`)
    }
    return { name, variables: new Map(Object.entries(variables).map(([key, value]) => [key, textOf(key, value, at)])) }
  })
  assertLegs(legs, at)
  return legs
}

/** The service's rules for the names of legs: letters, digits, `_`; a letter first; at most 100; each once. */
export function assertLegs(legs: readonly Leg[], at: Position): void {
  const names = new Set<string>()
  for (const { name } of legs) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name)) {
      const rule = "must start with a letter, hold letters, digits and '_' only, and have at most 100 characters"
      throw new PipelineError(at, `The matrix leg '${shorten(name)}' ${rule}`)
    }
    if (names.has(name.toLowerCase())) throw new PipelineError(at, `The matrix leg '${name}' appears more than once`)
    names.add(name.toLowerCase())
  }
  if (legs.length <= mostJobs) return
  throw new PipelineError(at, `A matrix may have ${String(mostJobs)} legs, not ${String(legs.length)}`)
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(name: string, value: unknown, at: Position): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value)
  throw new PipelineError(at, `The variable '${name}' of the matrix must be text`)
}

function shorten(text: string): string {
  if (text === '') return '(empty)'
  return text.length > 120 ? `${text.slice(0, 120)}...` : text
}
