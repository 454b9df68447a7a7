import { PipelineError } from '../position.ts'
import type { Position } from '../position.ts'
import { parseCondition } from '../expressions/conditions.ts'
import type { Condition } from './read-keys.ts'
import { readBoolean, readCondition, readCount, readText, readTexts } from './read-keys.ts'
import { readAction } from './read-action.ts'
import type { StepAction } from './step-actions.ts'
import type { MappingNode } from './yaml-tree.ts'

/** One enabled step after expansion. */
export interface StepDefinition {
  readonly name: string | undefined
  readonly displayName: string | undefined
  readonly condition: Condition
  readonly continueOnError: boolean
  /** Minutes; 0 is no limit. */
  readonly timeoutInMinutes: number
  readonly retryCountOnTaskFailure: number
  readonly env: ReadonlyMap<string, string>
  readonly action: StepAction
  readonly at: Position
}

const commonKeys = [
  'displayName',
  'name',
  'condition',
  'continueOnError',
  'enabled',
  'env',
  'timeoutInMinutes',
  'retryCountOnTaskFailure',
]

/** Reads expanded steps; steps with `enabled: false` are left out, as the server does. */
export function readSteps(nodes: readonly MappingNode[]): readonly StepDefinition[] {
  const steps = nodes.filter((node) => readBoolean(node, 'enabled', true)).map(readStep)
  const names = new Set<string>()
  for (const { name, at } of steps) {
    if (name === undefined) continue
    if (names.has(name.toLowerCase())) throw new PipelineError(at, `The step name '${name}' appears more than once`)
    names.add(name.toLowerCase())
  }
  return steps
}

/** A step that nobody wrote, such as the checkout at the start of a job; `at` is what it is there for. */
export function impliedStep(action: StepAction, displayName: string, at: Position): StepDefinition {
  return {
    name: undefined,
    displayName,
    condition: { text: 'succeeded()', expression: parseCondition('succeeded()'), at },
    continueOnError: false,
    timeoutInMinutes: 0,
    retryCountOnTaskFailure: 0,
    env: new Map(),
    action,
    at,
  }
}

function readStep(node: MappingNode): StepDefinition {
  const name = readText(node, 'name')
  if (name !== undefined && !/^\w+$/.test(name)) {
    throw new PipelineError(node.at, `The step name '${name}' may hold letters, digits and '_' only`)
  }
  return {
    name,
    displayName: readText(node, 'displayName'),
    condition: readCondition(node, parseCondition),
    continueOnError: readBoolean(node, 'continueOnError', false),
    timeoutInMinutes: readCount(node, 'timeoutInMinutes', Infinity),
    retryCountOnTaskFailure: readCount(node, 'retryCountOnTaskFailure', 10),
    env: readTexts(node, 'env'),
    action: readAction(node, commonKeys),
    at: node.at,
  }
}
