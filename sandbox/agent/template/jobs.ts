import { parseGraphCondition } from '../expressions/graph-conditions.ts'
import type { Dependency, GraphNode } from '../graph/graph.ts'
import { assertGraph } from '../graph/graph.ts'
import { mostJobs } from '../graph/matrix.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { readPool } from './pool.ts'
import type { Condition } from './read-keys.ts'
import { readBoolean, readCondition, readCount, readText } from './read-keys.ts'
import type { StepDefinition } from './steps.ts'
import { readSteps } from './steps.ts'
import type { Copies, Hook } from './strategy.ts'
import { jobExpressionNames, readCopies, readHooks } from './strategy.ts'
import type { VariableDeclaration } from './variable-declarations.ts'
import { readVariablesOf } from './variable-declarations.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { asMapping, asScalar, asSequence, assertKeys, entryOf } from './yaml-tree.ts'

/** One job of a stage after expansion. */
export interface JobDefinition extends GraphNode {
  readonly displayName: string
  readonly condition: Condition
  readonly continueOnError: boolean
  /** Minutes; 0 is no limit. */
  readonly timeoutInMinutes: number
  /** Name or image of the pool, its own or that of the stage or the file. */
  readonly pool: string | undefined
  readonly variables: readonly VariableDeclaration[]
  readonly work: JobWork
}

/** What a job does: its steps, once or in copies, or a deployment. */
export type JobWork =
  | { readonly kind: 'steps'; readonly steps: readonly StepDefinition[]; readonly copies: Copies }
  | { readonly kind: 'deployment'; readonly environment: string; readonly hooks: readonly Hook[] }

const commonKeys = [
  'displayName',
  'dependsOn',
  'condition',
  'continueOnError',
  'timeoutInMinutes',
  'cancelTimeoutInMinutes',
  'variables',
  'pool',
  'workspace',
  'strategy',
]
const unsupportedKeys = ['container', 'services', 'uses', 'templateContext']

/** Reads the expanded jobs of one stage; throws a {@link PipelineError}. */
export function readJobs(nodes: readonly MappingNode[], at: Position, pool: string | undefined) {
  if (nodes.length === 0) throw new PipelineError(at, 'At least one job is needed')
  const jobs = nodes.map((node, index) => readJob(node, `Job${String(index + 1)}`, pool))
  assertGraph(jobs, 'job')
  const count = jobs.reduce((sum, job) => sum + copiesOf(job), 0)
  if (count > mostJobs) {
    throw new PipelineError(at, `A stage may have ${String(mostJobs)} jobs with their copies, not ${String(count)}`)
  }
  return jobs
}

/** How many copies of the job are known before the run; a matrix of the run counts as one. */
export function copiesOf({ work }: JobDefinition): number {
  if (work.kind === 'deployment') return 1
  switch (work.copies.kind) {
    case 'one':
    case 'runtime-matrix':
      return 1
    case 'matrix':
      return work.copies.legs.length
    case 'slices':
      return work.copies.count
  }
}

function readJob(node: MappingNode, otherwise: string, stagePool: string | undefined): JobDefinition {
  const kind = node.entries[0]?.key
  if (kind?.text !== 'job' && kind?.text !== 'deployment') {
    throw new PipelineError(kind?.at ?? node.at, `Unexpected value '${kind?.text ?? ''}'`)
  }
  assertSupported(node)
  const ownKeys = kind.text === 'job' ? ['job', 'steps'] : ['deployment', 'environment']
  assertKeys(node, [...ownKeys, ...commonKeys])
  const name = readGraphName(node, kind.text, otherwise)
  return {
    name,
    displayName: readText(node, 'displayName') ?? name,
    dependsOn: readDependsOn(node) ?? [],
    condition: readCondition(node, (text) => parseGraphCondition(text, 'job')),
    continueOnError: readBoolean(node, 'continueOnError', false),
    timeoutInMinutes: readCount(node, 'timeoutInMinutes', Infinity),
    pool: readPool(entryOf(node, 'pool')?.value) ?? stagePool,
    variables: readVariablesOf(node, jobExpressionNames),
    work: kind.text === 'job' ? readStepsWork(node) : readDeployment(node),
    at: node.at,
  }
}

function assertSupported(node: MappingNode): void {
  const unsupported = node.entries.find(({ key }) => unsupportedKeys.includes(key.text))
  if (unsupported === undefined) return
  throw new PipelineError(unsupported.key.at, `'${unsupported.key.text}' is not supported by the local agent`)
}

function readStepsWork(node: MappingNode): JobWork {
  const steps = entryOf(node, 'steps')
  if (steps === undefined) throw new PipelineError(node.at, "A job needs 'steps'")
  const copies = readCopies(entryOf(node, 'strategy')?.value)
  return { kind: 'steps', steps: readSteps(asSequence(steps.value).items.map(asMapping)), copies }
}

function readDeployment(node: MappingNode): JobWork {
  const hooks = readHooks(entryOf(node, 'strategy')?.value, node)
  return { kind: 'deployment', environment: readEnvironment(node), hooks }
}

/** `environment: name`, `environment: name.resource`, or a mapping. */
function readEnvironment(node: MappingNode): string {
  const entry = entryOf(node, 'environment')
  if (entry === undefined) throw new PipelineError(node.at, "A deployment needs an 'environment'")
  if (entry.value.kind === 'scalar') return entry.value.text
  const environment = asMapping(entry.value)
  assertKeys(environment, ['name'])
  const name = readText(environment, 'name')
  if (name === undefined) throw new PipelineError(environment.at, "An environment needs a 'name'")
  return name
}

/** The name behind the first key of a job or stage; one that is left empty gets one made up. */
export function readGraphName(node: MappingNode, key: string, otherwise: string): string {
  const name = readText(node, key) ?? ''
  if (name === '') return otherwise
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  throw new PipelineError(node.at, `The ${key} name '${name}' may hold letters, digits and '_' only`)
}

/** `dependsOn` as one name or a list of names; `undefined` where it is not given. */
export function readDependsOn(node: MappingNode): readonly Dependency[] | undefined {
  const entry = entryOf(node, 'dependsOn')
  if (entry === undefined) return undefined
  return namesOf(entry.value).map((name) => ({ name: asScalar(name).text, at: name.at }))
}

function namesOf(node: Node): readonly Node[] {
  if (node.kind !== 'scalar') return asSequence(node).items
  return node.text === '' ? [] : [node]
}
