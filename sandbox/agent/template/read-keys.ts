import { PipelineError } from '../position.ts'
import type { Expression } from '../expressions/parser.ts'
import type { Position } from '../position.ts'
import type { MappingNode, ScalarNode } from './yaml-tree.ts'
import { asMapping, asScalar, entryOf } from './yaml-tree.ts'

/** A `condition:` as it is written, and parsed. */
export interface Condition {
  readonly text: string
  readonly expression: Expression
  readonly at: Position
}

/** Reads `condition`; without one it is `succeeded()`. */
export function readCondition(node: MappingNode, parse: (text: string) => Expression): Condition {
  const text = readText(node, 'condition')?.trim() ?? ''
  const effective = text === '' ? 'succeeded()' : text
  const at = entryOf(node, 'condition')?.value.at ?? node.at
  try {
    return { text: effective, expression: parse(effective), at }
  } catch (error) {
    throw new PipelineError(at, error instanceof Error ? error.message : String(error))
  }
}

/** The text below a key, if the mapping has it. */
export function readText(node: MappingNode, key: string): string | undefined {
  const entry = entryOf(node, key)
  return entry === undefined ? undefined : asScalar(entry.value).text
}

/** `true` or `false`, in any case; anything else is an error at its place. */
export function readBoolean(node: MappingNode, key: string, otherwise: boolean): boolean {
  const entry = entryOf(node, key)
  const text = readText(node, key)?.toLowerCase()
  if (entry === undefined || text === undefined) return otherwise
  if (text !== 'true' && text !== 'false') throw new PipelineError(entry.value.at, `'${key}' must be true or false`)
  return text === 'true'
}

/** A whole number below a key, at most `most`; 0 where the key is missing. */
export function readCount(node: MappingNode, key: string, most: number): number {
  const entry = entryOf(node, key)
  const text = readText(node, key)
  if (entry === undefined || text === undefined) return 0
  if (!/^\d+$/.test(text)) throw new PipelineError(entry.value.at, `'${key}' must be a whole number`)
  return Math.min(Number(text), most)
}

/** The scalars of the mapping below a key; none where the key is missing. */
export function readScalars(node: MappingNode, key: string): ReadonlyMap<string, ScalarNode> {
  const entry = entryOf(node, key)
  const entries = entry === undefined ? [] : asMapping(entry.value).entries
  return new Map(entries.map((each) => [each.key.text, asScalar(each.value)]))
}

/** The same as texts. */
export function readTexts(node: MappingNode, key: string): ReadonlyMap<string, string> {
  return new Map([...readScalars(node, key)].map(([name, scalar]) => [name, scalar.text]))
}
