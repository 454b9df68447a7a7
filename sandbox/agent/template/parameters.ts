import type { Value } from '../expressions/values.ts'
import { tryNumber } from '../expressions/values.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { nodeToValue } from './values-and-nodes.ts'
import type { Entry, MappingNode, Node, ScalarNode } from './yaml-tree.ts'
import { asMapping, asScalar, asSequence, assertKeys, entryOf } from './yaml-tree.ts'

const plainTypes = ['string', 'number', 'boolean', 'object', 'stringList'] as const
const structureTypes = ['step', 'job', 'deployment', 'stage'] as const
const listTypes = ['stepList', 'jobList', 'deploymentList', 'stageList'] as const
const supportedTypes = [...plainTypes, ...structureTypes, ...listTypes]
type ParameterType = (typeof supportedTypes)[number]

interface ParameterDeclaration {
  readonly name: string
  /** `undefined` in the old form `name: default`, which is not typed. */
  readonly type: ParameterType | undefined
  readonly default: Node | undefined
  readonly values: readonly ScalarNode[] | undefined
  readonly at: Position
}

/** The `parameters` of one file; the old mapping form also accepts arguments that it does not declare. */
export interface ParameterSection {
  readonly declarations: readonly ParameterDeclaration[]
  readonly acceptsOthers: boolean
}

export function readParameterSection(node: Node | undefined): ParameterSection {
  if (node === undefined) return { declarations: [], acceptsOthers: false }
  assertNoExpression(node)
  if (node.kind !== 'mapping')
    return { declarations: asSequence(node).items.map(readDeclaration), acceptsOthers: false }
  const declarations = node.entries.map(({ key, value }) => ({
    name: key.text,
    type: undefined,
    default: value,
    values: undefined,
    at: key.at,
  }))
  return { declarations, acceptsOthers: true }
}

function assertNoExpression(node: Node): void {
  switch (node.kind) {
    case 'scalar':
      if (node.text.includes('${{'))
        throw new PipelineError(node.at, 'A template expression is not allowed in this context')
      return
    case 'sequence':
      node.items.forEach(assertNoExpression)
      return
    case 'mapping':
      for (const { key, value } of node.entries) [key, value].forEach(assertNoExpression)
  }
}

function readDeclaration(node: Node): ParameterDeclaration {
  const mapping = asMapping(node)
  assertKeys(mapping, ['name', 'displayName', 'type', 'default', 'values'])
  const name = entryOf(mapping, 'name')
  if (name === undefined) throw new PipelineError(mapping.at, "A parameter needs a 'name'")
  const values = entryOf(mapping, 'values')
  return {
    name: asScalar(name.value).text,
    type: readType(entryOf(mapping, 'type')),
    default: entryOf(mapping, 'default')?.value,
    values: values === undefined ? undefined : asSequence(values.value).items.map(asScalar),
    at: mapping.at,
  }
}

function readType(entry: Entry | undefined): ParameterType {
  if (entry === undefined) return 'string'
  const text = asScalar(entry.value).text
  const type = supportedTypes.find((supported) => supported.toLowerCase() === text.toLowerCase())
  if (type === undefined) {
    throw new PipelineError(entry.value.at, `The parameter type '${text}' is not supported by the local agent`)
  }
  return type
}

/** Gives every declared parameter its argument or default. A missing one is reported where the file is used. */
export function bindParameters(
  section: ParameterSection,
  given: MappingNode | undefined,
  usedAt: Position | undefined,
): ReadonlyMap<string, Value> {
  const bound = new Map<string, Value>()
  const left = new Map((given?.entries ?? []).map((entry) => [entry.key.text.toLowerCase(), entry]))
  for (const declaration of section.declarations) {
    const key = declaration.name.toLowerCase()
    const node = left.get(key)?.value ?? declaration.default
    left.delete(key)
    if (node === undefined) {
      throw new PipelineError(
        usedAt ?? declaration.at,
        `A value for the '${declaration.name}' parameter must be provided.`,
      )
    }
    bound.set(declaration.name, convert(declaration, node))
  }
  for (const { key, value } of left.values()) {
    if (!section.acceptsOthers) throw new PipelineError(key.at, `Unexpected parameter '${key.text}'`)
    bound.set(key.text, typedValue(value))
  }
  return bound
}

function convert(declaration: ParameterDeclaration, node: Node): Value {
  assertListed(declaration, node)
  switch (declaration.type) {
    case undefined:
    case 'object':
      return typedValue(node)
    case 'string':
      if (node.kind !== 'scalar') throw invalid(declaration, node, 'string')
      return node.text
    case 'number':
      return convertNumber(declaration, node)
    case 'boolean':
      return convertBoolean(declaration, node)
    case 'stringList':
      return nodeToValue({ ...asSequence(node), items: asSequence(node).items.map(asScalar) }, (scalar) => scalar.text)
    case 'step':
    case 'job':
    case 'deployment':
    case 'stage':
      return nodeToValue(asMapping(node), (scalar) => scalar.text)
    case 'stepList':
    case 'jobList':
    case 'deploymentList':
    case 'stageList':
      return nodeToValue(asSequence(node), (scalar) => scalar.text)
  }
}

function typedValue(node: Node): Value {
  return nodeToValue(node, (scalar) => scalar.literal)
}

function assertListed({ name, values, type }: ParameterDeclaration, node: Node): void {
  if (values === undefined) return
  const given = type === 'stringList' ? asSequence(node).items.map(asScalar) : [asScalar(node)]
  for (const { text, at } of given) {
    if (values.some((value) => value.text === text)) continue
    throw new PipelineError(
      at,
      `The '${name}' parameter value '${text}' is not allowed. Allowed values: ${values.map((value) => value.text).join(', ')}`,
    )
  }
}

function convertNumber(declaration: ParameterDeclaration, node: Node): number {
  const number = node.kind === 'scalar' && node.text.trim() !== '' ? tryNumber(node.literal) : undefined
  if (number === undefined) throw invalid(declaration, node, 'number')
  return number
}

function convertBoolean(declaration: ParameterDeclaration, node: Node): boolean {
  const text = node.kind === 'scalar' ? node.text.toLowerCase() : undefined
  if (text !== 'true' && text !== 'false') throw invalid(declaration, node, 'boolean')
  return text === 'true'
}

function invalid(declaration: ParameterDeclaration, node: Node, type: string): PipelineError {
  const value = node.kind === 'scalar' ? `'${node.text}'` : `a ${node.kind}`
  return new PipelineError(node.at, `The '${declaration.name}' parameter value ${value} is not a valid ${type}.`)
}
