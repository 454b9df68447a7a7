import { PipelineError } from '../position.ts'
import type { Position } from '../position.ts'
import { parseCondition } from '../expressions/conditions.ts'
import type { Expression } from '../expressions/parser.ts'
import type { MappingNode, ScalarNode } from './yaml-tree.ts'
import { asMapping, asScalar, assertKeys, entryOf } from './yaml-tree.ts'

/** One enabled step after expansion. */
export interface StepDefinition {
  readonly name: string | undefined
  readonly displayName: string | undefined
  readonly condition: StepCondition
  readonly continueOnError: boolean
  /** Minutes; 0 is no limit. */
  readonly timeoutInMinutes: number
  readonly retryCountOnTaskFailure: number
  readonly env: ReadonlyMap<string, string>
  readonly action: StepAction
  readonly at: Position
}

interface StepCondition {
  readonly text: string
  readonly expression: Expression
}

export type StepAction =
  | { readonly kind: 'task'; readonly reference: string; readonly inputs: ReadonlyMap<string, ScalarNode> }
  | {
      readonly kind: 'script'
      readonly shell: 'CmdLine' | 'Bash'
      readonly script: string
      readonly workingDirectory: string
      readonly failOnStderr: boolean
    }
  | { readonly kind: 'checkout'; readonly repository: string }

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
const keysOfKind: ReadonlyMap<string, readonly string[]> = new Map([
  ['task', ['task', 'inputs']],
  ['script', ['script', 'workingDirectory', 'failOnStderr']],
  ['bash', ['bash', 'workingDirectory', 'failOnStderr']],
  ['checkout', ['checkout', 'clean', 'fetchDepth', 'fetchTags', 'lfs', 'persistCredentials', 'submodules']],
])
const unsupportedKinds = [
  'pwsh',
  'powershell',
  'publish',
  'download',
  'downloadBuild',
  'getPackage',
  'upload',
  'reviewApp',
]

/** Reads expanded steps; steps with `enabled: false` are left out, as the server does. */
export function readSteps(nodes: readonly MappingNode[]): readonly StepDefinition[] {
  const steps = nodes.filter(isEnabled).map(readStep)
  const names = new Set<string>()
  for (const { name, at } of steps) {
    if (name === undefined) continue
    if (names.has(name.toLowerCase())) throw new PipelineError(at, `The step name '${name}' appears more than once`)
    names.add(name.toLowerCase())
  }
  return steps
}

function isEnabled(node: MappingNode): boolean {
  return readBoolean(node, 'enabled', true)
}

function readStep(node: MappingNode): StepDefinition {
  const name = readText(node, 'name')
  if (name !== undefined && !/^\w+$/.test(name)) {
    throw new PipelineError(node.at, `The step name '${name}' may hold letters, digits and '_' only`)
  }
  return {
    name,
    displayName: readText(node, 'displayName'),
    condition: readCondition(node),
    continueOnError: readBoolean(node, 'continueOnError', false),
    timeoutInMinutes: readCount(node, 'timeoutInMinutes', Infinity),
    retryCountOnTaskFailure: readCount(node, 'retryCountOnTaskFailure', 10),
    env: readTexts(node, 'env'),
    action: readAction(node),
    at: node.at,
  }
}

function readAction(node: MappingNode): StepAction {
  const kind = node.entries[0]?.key
  if (kind === undefined) throw new PipelineError(node.at, 'A step is empty')
  if (unsupportedKinds.includes(kind.text)) {
    throw new PipelineError(kind.at, `The step '${kind.text}' is not supported by the local agent`)
  }
  const keys = keysOfKind.get(kind.text)
  if (keys === undefined) throw new PipelineError(kind.at, `Unexpected value '${kind.text}'`)
  assertKeys(node, [...keys, ...commonKeys])
  const value = readText(node, kind.text) ?? ''
  if (kind.text === 'task') return { kind: 'task', reference: value, inputs: readScalars(node, 'inputs') }
  if (kind.text === 'checkout') return readCheckout(value, node)
  return {
    kind: 'script',
    shell: kind.text === 'bash' ? 'Bash' : 'CmdLine',
    script: value,
    workingDirectory: readText(node, 'workingDirectory') ?? '',
    failOnStderr: readBoolean(node, 'failOnStderr', false),
  }
}

function readCheckout(repository: string, node: MappingNode): StepAction {
  if (repository === 'self' || repository === 'none') return { kind: 'checkout', repository }
  throw new PipelineError(node.at, `Checking out '${repository}' is not supported by the local agent`)
}

function readCondition(node: MappingNode): StepCondition {
  const text = readText(node, 'condition')?.trim() ?? ''
  const effective = text === '' ? 'succeeded()' : text
  try {
    return { text: effective, expression: parseCondition(effective) }
  } catch (error) {
    const at = entryOf(node, 'condition')?.value.at ?? node.at
    throw new PipelineError(at, error instanceof Error ? error.message : String(error))
  }
}

function readText(node: MappingNode, key: string): string | undefined {
  const entry = entryOf(node, key)
  return entry === undefined ? undefined : asScalar(entry.value).text
}

function readBoolean(node: MappingNode, key: string, otherwise: boolean): boolean {
  const entry = entryOf(node, key)
  const text = readText(node, key)?.toLowerCase()
  if (entry === undefined || text === undefined) return otherwise
  if (text !== 'true' && text !== 'false') throw new PipelineError(entry.value.at, `'${key}' must be true or false`)
  return text === 'true'
}

function readCount(node: MappingNode, key: string, most: number): number {
  const entry = entryOf(node, key)
  const text = readText(node, key)
  if (entry === undefined || text === undefined) return 0
  if (!/^\d+$/.test(text)) throw new PipelineError(entry.value.at, `'${key}' must be a whole number`)
  return Math.min(Number(text), most)
}

function readScalars(node: MappingNode, key: string): ReadonlyMap<string, ScalarNode> {
  const entry = entryOf(node, key)
  const entries = entry === undefined ? [] : asMapping(entry.value).entries
  return new Map(entries.map((each) => [each.key.text, asScalar(each.value)]))
}

function readTexts(node: MappingNode, key: string): ReadonlyMap<string, string> {
  return new Map([...readScalars(node, key)].map(([name, scalar]) => [name, scalar.text]))
}
