import type { Node as YamlNode, Pair } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Value } from '../expressions/values.ts'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'

export type Node = ScalarNode | SequenceNode | MappingNode

export interface ScalarNode {
  readonly kind: 'scalar'
  /** As written, without quotes; empty for Null. */
  readonly text: string
  /** The typed reading: unquoted `true`, `1.20` and `null` are a Boolean, a Number and Null. */
  readonly literal: Value
  readonly at: Position
}

export interface SequenceNode {
  readonly kind: 'sequence'
  readonly items: readonly Node[]
  readonly at: Position
}

export interface MappingNode {
  readonly kind: 'mapping'
  readonly entries: readonly Entry[]
  readonly at: Position
}

export interface Entry {
  readonly key: ScalarNode
  readonly value: Node
}

/** Reads one YAML document of the subset that Azure Pipelines accepts; throws {@link PipelineError}. */
export function parseYaml(text: string, file: string): Node {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const [document, second] = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false })
  if (document === undefined) throw new PipelineError({ file, line: 1, column: 1 }, 'The file is empty')
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw new PipelineError(at(problem.pos[0]), problem.message)
  if (second !== undefined) throw new PipelineError(at(second.range[0]), 'A file holds one YAML document only')
  return toNode(document.contents, at, { file, line: 1, column: 1 })
}

type Locate = (offset: number) => Position

function toNode(node: YamlNode | null, at: Locate, fallback: Position): Node {
  if (node === null) return { kind: 'scalar', text: '', literal: undefined, at: fallback }
  const position = node.range ? at(node.range[0]) : fallback
  if (isAlias(node) || node.anchor !== undefined) {
    throw new PipelineError(position, 'Anchors are not currently supported. Remove the anchor')
  }
  if (node.tag !== undefined) throw new PipelineError(position, `The tag '${node.tag}' is not supported`)
  if (isSeq<YamlNode>(node)) {
    return { kind: 'sequence', items: node.items.map((item) => toNode(item, at, position)), at: position }
  }
  if (isMap<YamlNode, YamlNode | null>(node)) {
    const entries = node.items.map((pair) => toEntry(pair, at, position))
    assertUniqueKeys(entries)
    return { kind: 'mapping', entries, at: position }
  }
  if (!isScalar(node)) throw new PipelineError(position, 'A text, sequence or mapping was expected')
  const isQuoted = node.type !== 'PLAIN'
  const text = isQuoted ? String(node.value) : (node.source ?? '')
  return {
    kind: 'scalar',
    text: node.value === null ? '' : text,
    literal: literalOf(node.value, text, isQuoted),
    at: position,
  }
}

function toEntry(pair: Pair<YamlNode, YamlNode | null>, at: Locate, fallback: Position): Entry {
  const key = toNode(pair.key, at, fallback)
  if (key.kind !== 'scalar') throw new PipelineError(key.at, 'A key must be plain text')
  return { key, value: toNode(pair.value, at, key.at) }
}

/** Throws when two keys are the same text; directives such as `${{ if }}` may repeat. */
export function assertUniqueKeys(entries: readonly Entry[]): void {
  const seen = new Set<string>()
  for (const { key } of entries) {
    if (seen.has(key.text) && !key.text.startsWith('${{'))
      throw new PipelineError(key.at, `'${key.text}' is already defined`)
    seen.add(key.text)
  }
}

function literalOf(value: unknown, text: string, isQuoted: boolean): Value {
  if (isQuoted) return text
  if (value === null) return undefined
  if (typeof value === 'boolean') return value
  return typeof value === 'number' && Number.isFinite(value) ? value : text
}

/** A scalar that stands for a value without array or object in it. */
export function textNode(text: string, at: Position): ScalarNode {
  return { kind: 'scalar', text, literal: text, at }
}

/** The value below a key, if the mapping has it. */
export function entryOf(mapping: MappingNode, key: string): Entry | undefined {
  return mapping.entries.find((entry) => entry.key.text === key)
}

export function asMapping(node: Node): MappingNode {
  if (node.kind === 'mapping') return node
  if (node.kind === 'scalar' && node.literal === undefined) return { kind: 'mapping', entries: [], at: node.at }
  throw new PipelineError(node.at, 'A mapping was expected')
}

export function asSequence(node: Node): SequenceNode {
  if (node.kind === 'sequence') return node
  if (node.kind === 'scalar' && node.literal === undefined) return { kind: 'sequence', items: [], at: node.at }
  throw new PipelineError(node.at, 'A sequence was expected')
}

export function asScalar(node: Node): ScalarNode {
  if (node.kind === 'scalar') return node
  throw new PipelineError(node.at, 'A text was expected')
}

/** Throws at the first key that is not allowed. */
export function assertKeys(mapping: MappingNode, allowed: readonly string[]): void {
  for (const { key } of mapping.entries) {
    if (!allowed.includes(key.text)) throw new PipelineError(key.at, `Unexpected value '${key.text}'`)
  }
}
