import { parseGraphCondition } from '../expressions/graph-conditions.ts'
import type { Dependency, GraphNode } from '../graph/graph.ts'
import { assertGraph } from '../graph/graph.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import type { JobDefinition } from './jobs.ts'
import { readDependsOn, readGraphName, readJobs } from './jobs.ts'
import { readPool } from './pool.ts'
import type { Condition } from './read-keys.ts'
import { readCondition, readText } from './read-keys.ts'
import type { VariableDeclaration } from './variable-declarations.ts'
import { readVariablesOf } from './variable-declarations.ts'
import type { MappingNode } from './yaml-tree.ts'
import { asMapping, asSequence, assertKeys, entryOf } from './yaml-tree.ts'

/** One stage after expansion. */
export interface StageDefinition extends GraphNode {
  readonly displayName: string
  readonly condition: Condition
  readonly variables: readonly VariableDeclaration[]
  readonly jobs: readonly JobDefinition[]
}

const keys = ['stage', 'displayName', 'dependsOn', 'condition', 'variables', 'jobs', 'pool', 'lockBehavior', 'trigger']
const lockBehaviors = ['sequential', 'runLatest']

/** The stage of a file that only has jobs or steps. */
export const defaultStage = '__default'

/** Reads expanded stages; throws a {@link PipelineError}. */
export function readStages(nodes: readonly MappingNode[], at: Position, pool: string | undefined) {
  if (nodes.length === 0) throw new PipelineError(at, 'At least one stage is needed')
  const stages: StageDefinition[] = []
  for (const node of nodes) stages.push(readStage(node, stages.length + 1, stages.at(-1), pool))
  assertGraph(stages, 'stage')
  return stages
}

/** The one stage of a file that only has jobs. */
export function stageOfJobs(jobs: readonly JobDefinition[], at: Position): StageDefinition {
  const condition = readCondition({ kind: 'mapping', entries: [], at }, (text) => parseGraphCondition(text, 'stage'))
  return { name: defaultStage, displayName: defaultStage, dependsOn: [], condition, variables: [], jobs, at }
}

function readStage(
  node: MappingNode,
  position: number,
  previous: StageDefinition | undefined,
  pipelinePool: string | undefined,
): StageDefinition {
  const kind = node.entries[0]?.key
  if (kind?.text !== 'stage') throw new PipelineError(kind?.at ?? node.at, `Unexpected value '${kind?.text ?? ''}'`)
  assertKeys(node, keys)
  assertLockBehavior(node)
  const name = readGraphName(node, 'stage', `Stage${String(position)}`)
  const jobs = entryOf(node, 'jobs')
  if (jobs === undefined) throw new PipelineError(node.at, `The stage '${name}' needs 'jobs'`)
  const pool = readPool(entryOf(node, 'pool')?.value) ?? pipelinePool
  return {
    name,
    displayName: readText(node, 'displayName') ?? name,
    dependsOn: readDependsOn(node) ?? afterThe(previous),
    condition: readCondition(node, (text) => parseGraphCondition(text, 'stage')),
    variables: readVariablesOf(node, ['stagedependencies']),
    jobs: readJobs(asSequence(jobs.value).items.map(asMapping), jobs.value.at, pool),
    at: node.at,
  }
}

/** A stage that does not say what it depends on comes after the one before it in the file. */
function afterThe(previous: StageDefinition | undefined): readonly Dependency[] {
  return previous === undefined ? [] : [{ name: previous.name, at: previous.at }]
}

/** Throws at a `lockBehavior` that the service does not have. Runs of one machine come one after the other anyway. */
export function assertLockBehavior(node: MappingNode): void {
  const entry = entryOf(node, 'lockBehavior')
  const text = readText(node, 'lockBehavior')
  if (entry === undefined || text === undefined || lockBehaviors.includes(text)) return
  throw new PipelineError(entry.value.at, `'lockBehavior' must be one of ${lockBehaviors.join(', ')}`)
}
