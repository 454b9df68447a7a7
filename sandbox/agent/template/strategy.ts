import type { Leg } from '../graph/matrix.ts'
import { assertLegs, mostJobs } from '../graph/matrix.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { assertRuntimeValue } from '../expressions/runtime-value.ts'
import { readPool } from './pool.ts'
import { readCount } from './read-keys.ts'
import type { StepDefinition } from './steps.ts'
import { readSteps } from './steps.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { asMapping, asScalar, asSequence, assertKeys, entryOf } from './yaml-tree.ts'

/** How many copies of a job there are. */
export type Copies =
  | { readonly kind: 'one' }
  | { readonly kind: 'matrix'; readonly legs: readonly Leg[] }
  /** A matrix that another job gives: one whole `$[ expression ]`. */
  | { readonly kind: 'runtime-matrix'; readonly text: string; readonly at: Position }
  | { readonly kind: 'slices'; readonly count: number }

/** The steps of one lifecycle hook of a deployment; each hook is an agent job of its own. */
export interface Hook {
  readonly name: HookName
  readonly steps: readonly StepDefinition[]
  /** Its own pool, where it has one. */
  readonly pool: string | undefined
  readonly at: Position
}

/** The hooks of `runOnce`, and the two of its `on`. */
export type HookName = (typeof hookNames)[number] | 'success' | 'failure'

const hookNames = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'] as const

/** Names that an expression at the level of a job may use beside `variables`. */
export const jobExpressionNames = ['dependencies', 'stagedependencies'] as const

/** Reads `strategy` of a job: a matrix or `parallel`. */
export function readCopies(node: Node | undefined): Copies {
  if (node === undefined) return { kind: 'one' }
  const strategy = asMapping(node)
  assertKeys(strategy, ['matrix', 'maxParallel', 'parallel'])
  readCount(strategy, 'maxParallel', Infinity)
  const [matrix, parallel] = [entryOf(strategy, 'matrix'), entryOf(strategy, 'parallel')]
  if (matrix !== undefined && parallel !== undefined) {
    throw new PipelineError(parallel.key.at, "A job has either 'matrix' or 'parallel'")
  }
  if (matrix !== undefined) return readMatrix(matrix.value)
  if (parallel === undefined) throw new PipelineError(strategy.at, "A strategy needs 'matrix' or 'parallel'")

  const count = readCount(strategy, 'parallel', Infinity)
  if (count < 1 || count > mostJobs) {
    throw new PipelineError(parallel.value.at, `'parallel' must be between 1 and ${String(mostJobs)}`)
  }
  return { kind: 'slices', count }
}

function readMatrix(node: Node): Copies {
  if (node.kind === 'scalar' && node.literal !== undefined) {
    if (!/^\s*\$\[[^]*\]\s*$/.test(node.text)) {
      throw new PipelineError(node.at, "A matrix is a mapping of legs, or one whole '$[ expression ]'")
    }
    assertRuntimeValue(node.text, node.at, jobExpressionNames)
    return { kind: 'runtime-matrix', text: node.text, at: node.at }
  }
  const legs = asMapping(node).entries.map(({ key, value }) => ({
    name: key.text,
    variables: new Map(asMapping(value).entries.map((entry) => [entry.key.text, asScalar(entry.value).text])),
  }))
  if (legs.length === 0) throw new PipelineError(node.at, 'The matrix has no legs')
  assertLegs(legs, node.at)
  return { kind: 'matrix', legs }
}

/** Reads `strategy` of a deployment: the hooks of `runOnce`, in the order in which they run. */
export function readHooks(node: Node | undefined, deployment: MappingNode): readonly Hook[] {
  if (node === undefined) throw new PipelineError(deployment.at, "A deployment needs a 'strategy' with 'runOnce'")
  const strategy = asMapping(node)
  const other = strategy.entries.find(({ key }) => key.text === 'rolling' || key.text === 'canary')
  if (other !== undefined) {
    throw new PipelineError(other.key.at, `The strategy '${other.key.text}' is not supported by the local agent`)
  }
  assertKeys(strategy, ['runOnce'])
  const runOnce = asMapping(entryOf(strategy, 'runOnce')?.value ?? strategy)
  assertKeys(runOnce, [...hookNames, 'on'])
  if (entryOf(runOnce, 'deploy') === undefined) throw new PipelineError(runOnce.at, "'runOnce' needs 'deploy'")
  const ends = asMapping(entryOf(runOnce, 'on')?.value ?? { kind: 'mapping', entries: [], at: runOnce.at })
  assertKeys(ends, ['success', 'failure'])
  return [
    ...hookNames.flatMap((name) => readHook(name, runOnce)),
    ...(['success', 'failure'] as const).flatMap((name) => readHook(name, ends)),
  ]
}

function readHook(name: HookName, hooks: MappingNode): readonly Hook[] {
  const entry = entryOf(hooks, name)
  if (entry === undefined) return []
  const hook = asMapping(entry.value)
  assertKeys(hook, ['steps', 'pool'])
  const steps = entryOf(hook, 'steps')
  if (steps === undefined) throw new PipelineError(entry.key.at, `'${name}' needs 'steps'`)
  const pool = readPool(entryOf(hook, 'pool')?.value)
  return [{ name, pool, steps: readSteps(asSequence(steps.value).items.map(asMapping)), at: entry.key.at }]
}
