import { PipelineError } from '../position.ts'
import type { Position } from '../position.ts'
import { assertRuntimeValue } from '../expressions/runtime-value.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { asMapping, asScalar, assertKeys, entryOf } from './yaml-tree.ts'

/** One entry of an expanded `variables` section. */
export interface VariableDeclaration {
  readonly name: string
  /** Text, with `$(macros)`, or one whole `$[ expression ]`. */
  readonly value: string
  readonly isReadOnly: boolean
  readonly at: Position
}

/** Reads the mapping form and the list form of `variables`. */
export function readVariables(node: Node): readonly VariableDeclaration[] {
  if (node.kind === 'sequence') return node.items.map((item) => readListItem(asMapping(item)))
  return asMapping(node).entries.map(({ key, value }) => ({
    name: key.text,
    value: asScalar(value).text,
    isReadOnly: false,
    at: key.at,
  }))
}

/** Reads `variables` of a job or stage; its `$[ expressions ]` may use these names beside `variables`. */
export function readVariablesOf(node: MappingNode, names: readonly string[]): readonly VariableDeclaration[] {
  const section = entryOf(node, 'variables')
  const variables = section === undefined ? [] : readVariables(section.value)
  for (const { value, at } of variables) assertRuntimeValue(value, at, names)
  return variables
}

function readListItem(item: MappingNode): VariableDeclaration {
  const unsupported = item.entries.find(({ key }) => key.text === 'group' || key.text === 'template')
  if (unsupported !== undefined) {
    throw new PipelineError(
      unsupported.key.at,
      `'${unsupported.key.text}' in variables is not supported by the local agent`,
    )
  }
  assertKeys(item, ['name', 'value', 'readonly'])
  const name = entryOf(item, 'name')
  const value = entryOf(item, 'value')
  if (name === undefined || value === undefined) throw new PipelineError(item.at, "A variable needs 'name' and 'value'")
  const readonly = entryOf(item, 'readonly')
  return {
    name: asScalar(name.value).text,
    value: asScalar(value.value).text,
    isReadOnly: readonly !== undefined && asScalar(readonly.value).text.toLowerCase() === 'true',
    at: item.at,
  }
}
