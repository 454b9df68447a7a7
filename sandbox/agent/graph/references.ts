import { parseGraphCondition } from '../expressions/graph-conditions.ts'
import type { Expression } from '../expressions/parser.ts'
import { tryText } from '../expressions/values.ts'
import type { Position } from '../position.ts'
import type { JobDefinition } from '../template/jobs.ts'
import type { StageDefinition } from '../template/stages.ts'
import type { GraphNode } from './graph.ts'
import { ancestorsOf, dependenciesOf, keyOf } from './graph.ts'

/** An expression that reads something which is always empty there. */
export interface EmptyReference {
  readonly at: Position
  readonly problem: string
}

/** What expressions of one job or stage can read, by lower-case names. */
interface Readable {
  readonly dependencies: ReadonlySet<string>
  readonly stagedependencies: ReadonlySet<string>
  /** For `succeeded('name')` and the like. */
  readonly statuses: ReadonlySet<string>
}

/**
 * Finds what the service reads as Null without a word: `dependencies.X`, `stageDependencies.X` and `succeeded('X')`
 * where X is not among what `dependsOn` names.
 */
export function findEmptyReferences(stages: readonly StageDefinition[]): readonly EmptyReference[] {
  return stages.flatMap((stage) => {
    const before = namesOf(dependenciesOf(stage, stages))
    const statuses = namesOf(ancestorsOf(stage, stages))
    const own = { dependencies: before, stagedependencies: before, statuses }
    const { expression, at } = stage.condition
    const inCondition = emptyIn(expression, own, at)
    const inVariables = stage.variables.flatMap(({ value, at }) => emptyInText(value, own, at))
    return [...inCondition, ...inVariables, ...stage.jobs.flatMap((job) => emptyInJob(job, stage, before))]
  })
}

function emptyInJob(job: JobDefinition, stage: StageDefinition, stages: ReadonlySet<string>) {
  const readable = {
    dependencies: namesOf(dependenciesOf(job, stage.jobs)),
    stagedependencies: stages,
    statuses: namesOf(ancestorsOf(job, stage.jobs)),
  }
  const copies = job.work.kind === 'steps' ? job.work.copies : undefined
  return [
    ...emptyIn(job.condition.expression, readable, job.condition.at),
    ...job.variables.flatMap(({ value, at }) => emptyInText(value, readable, at)),
    ...(copies?.kind === 'runtime-matrix' ? emptyInText(copies.text, readable, copies.at) : []),
  ]
}

function namesOf(nodes: readonly GraphNode[]): ReadonlySet<string> {
  return new Set(nodes.map(({ name }) => keyOf(name)))
}

/** The `$[ expression ]` of a variable or matrix, which has been parsed before. */
function emptyInText(text: string, readable: Readable, at: Position): readonly EmptyReference[] {
  const [, inside] = /^\s*\$\[([^]*)\]\s*$/.exec(text) ?? []
  return inside === undefined ? [] : emptyIn(parseGraphCondition(inside.trim(), 'job'), readable, at)
}

function emptyIn(expression: Expression, readable: Readable, at: Position): readonly EmptyReference[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return []
    case 'call': {
      const inner = expression.arguments.flatMap((argument) => emptyIn(argument, readable, at))
      const isStatus = ['succeeded', 'failed', 'succeededorfailed'].includes(expression.name)
      const unknown = isStatus ? expression.arguments.flatMap((name) => unknownName(name, readable.statuses)) : []
      return [...inner, ...unknown.map((name) => emptyReference(`${expression.name}('${name}')`, name, at))]
    }
    case 'index': {
      const { target, key } = expression
      const inner = [...emptyIn(target, readable, at), ...(key === 'every' ? [] : emptyIn(key, readable, at))]
      if (target.kind !== 'name' || key === 'every') return inner
      const { name } = target
      if (name !== 'dependencies' && name !== 'stagedependencies') return inner
      const unknown = unknownName(key, readable[name])
      return [...inner, ...unknown.map((missing) => emptyReference(`${name}.${missing}`, missing, at))]
    }
  }
}

function unknownName(expression: Expression, known: ReadonlySet<string>): readonly string[] {
  const name = expression.kind === 'literal' ? tryText(expression.value) : undefined
  return name === undefined || known.has(keyOf(name)) ? [] : [name]
}

function emptyReference(text: string, name: string, at: Position): EmptyReference {
  return { at, problem: `${text} is always empty here: '${name}' is not in 'dependsOn'` }
}
