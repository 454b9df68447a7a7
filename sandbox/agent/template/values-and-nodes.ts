import type { ArrayValue, ObjectValue, Value } from '../expressions/values.ts'
import { tryText } from '../expressions/values.ts'
import type { Position } from '../position.ts'
import type { Node, ScalarNode } from './yaml-tree.ts'

/** Reads a tree as a value. What a scalar becomes is up to the caller: its typed literal, or its text. */
export function nodeToValue(node: Node, readScalar: (scalar: ScalarNode) => Value): Value {
  if (node.kind === 'scalar') return readScalar(node)
  if (node.kind === 'sequence') {
    return { kind: 'array', items: node.items.map((item) => nodeToValue(item, readScalar)), at: node.at }
  }
  const entries = node.entries.map(({ key, value }) => [key.text, nodeToValue(value, readScalar)] as const)
  return { kind: 'object', entries: new Map(entries), at: node.at }
}

/** Writes an array or object as a tree; parts that know where they were written keep that place. */
export function structureToNode(value: ArrayValue | ObjectValue, at: Position): Node {
  const place = value.at ?? at
  if (value.kind === 'array') {
    return { kind: 'sequence', items: value.items.map((item) => valueToNode(item, place)), at: place }
  }
  const entries = [...value.entries].map(([key, item]) => ({
    key: { kind: 'scalar', text: key, literal: key, at: place } as const,
    value: valueToNode(item, place),
  }))
  return { kind: 'mapping', entries, at: place }
}

function valueToNode(value: Value, at: Position): Node {
  if (typeof value === 'object' && value.kind !== 'version') return structureToNode(value, at)
  return { kind: 'scalar', text: tryText(value) ?? '', literal: value, at }
}
