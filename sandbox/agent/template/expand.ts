import { CastError, kindOf, toBoolean, toText } from '../expressions/values.ts'
import type { Value } from '../expressions/values.ts'
import { PipelineError } from '../position.ts'
import type { Directive } from './text-parts.ts'
import { readDirective, splitText } from './text-parts.ts'
import type { TemplateScope } from './template-scope.ts'
import { evaluateInTemplate, withLoopVariable, withVariables } from './template-scope.ts'
import { structureToNode } from './values-and-nodes.ts'
import { readVariables } from './variable-declarations.ts'
import type { Entry, MappingNode, Node, ScalarNode, SequenceNode } from './yaml-tree.ts'
import { asMapping, asSequence, assertUniqueKeys, entryOf, textNode } from './yaml-tree.ts'

/** Replaces every `${{ }}` in the tree; throws {@link PipelineError} at what it does not know. */
export function expandNode(node: Node, scope: TemplateScope): Node {
  switch (node.kind) {
    case 'scalar':
      return expandScalar(node, scope)
    case 'sequence':
      return expandSequence(node, scope)
    case 'mapping':
      return expandMapping(node, scope)
  }
}

/** A scalar that is one expression may become an array or object; mixed with text it must have a text. */
function expandScalar(node: ScalarNode, scope: TemplateScope): Node {
  const parts = splitText(node.text, node.at)
  if (!parts.some((part) => part.kind === 'expression')) return node
  if (readDirective(node) !== undefined) throw new PipelineError(node.at, `A directive must be a key: ${node.text}`)

  const values = parts.map((part) => (part.kind === 'text' ? part.text : evaluateInTemplate(part.text, scope, node.at)))
  const [only] = values
  if (values.length === 1 && typeof only === 'object' && only.kind !== 'version') return structureToNode(only, node.at)
  return textNode(values.map((value) => textOf(value, node)).join(''), node.at)
}

function textOf(value: Value, node: ScalarNode): string {
  try {
    return toText(value)
  } catch (error) {
    if (error instanceof CastError) throw new PipelineError(node.at, error.message)
    throw error
  }
}

function expandSequence(node: SequenceNode, scope: TemplateScope): SequenceNode {
  const chain = new Chain(scope)
  const items = node.items.flatMap((item): readonly Node[] => {
    const branch = readBranch(item)
    if (branch === undefined) {
      chain.end()
      return expandItem(item, scope)
    }
    const scopes = chain.scopesOf(branch.directive, branch.key)
    return scopes.flatMap((each) => asSequence(expandNode(branch.body, each)).items)
  })
  return { ...node, items }
}

/** Items to splice in: an item whose one key is a directive. Over a mapping, the directive builds one item instead. */
function readBranch(item: Node): { directive: BranchDirective; key: ScalarNode; body: Node } | undefined {
  const [entry, second] = item.kind === 'mapping' ? item.entries : []
  if (entry === undefined || second !== undefined || entry.value.kind === 'mapping') return undefined
  const directive = readDirective(entry.key)
  if (directive === undefined || directive.kind === 'insert') return undefined
  return { directive, key: entry.key, body: entry.value }
}

/** An array that stands as an item of its own is spliced into the sequence. */
function expandItem(item: Node, scope: TemplateScope): readonly Node[] {
  const expanded = expandNode(item, scope)
  return item.kind === 'scalar' && expanded.kind === 'sequence' ? expanded.items : [expanded]
}

function expandMapping(node: MappingNode, outer: TemplateScope): MappingNode {
  const scope = withOwnVariables(node, outer)
  const chain = new Chain(scope)
  const entries = node.entries.flatMap((entry): readonly Entry[] => {
    const directive = readDirective(entry.key)
    if (directive === undefined) {
      chain.end()
      return [{ key: expandKey(entry.key, scope), value: expandNode(entry.value, scope) }]
    }
    if (directive.kind === 'insert') {
      chain.end()
      return asMapping(expandNode(entry.value, scope)).entries
    }
    return chain.scopesOf(directive, entry.key).flatMap((each) => asMapping(expandNode(entry.value, each)).entries)
  })
  assertUniqueKeys(entries)
  return { ...node, entries }
}

/** A stage or job sees its own variables, and they see those above. */
function withOwnVariables(node: MappingNode, scope: TemplateScope): TemplateScope {
  const kind = node.entries[0]?.key.text ?? ''
  const section = entryOf(node, 'variables')
  if (section === undefined || !['stage', 'job', 'deployment'].includes(kind)) return scope
  return withVariables(scope, readVariables(expandNode(section.value, scope)))
}

function expandKey(key: ScalarNode, scope: TemplateScope): ScalarNode {
  const expanded = expandScalar(key, scope)
  if (expanded.kind === 'scalar') return expanded
  throw new PipelineError(key.at, 'A key must be plain text')
}

type BranchDirective = Exclude<Directive, { kind: 'insert' }>

/** Follows one sequence or mapping from `if` over `elseif` to `else`, which must be neighbours. */
class Chain {
  readonly #scope: TemplateScope
  #state: 'outside' | 'undecided' | 'decided' = 'outside'

  constructor(scope: TemplateScope) {
    this.#scope = scope
  }

  end(): void {
    this.#state = 'outside'
  }

  /** The scopes in which the body is to be expanded: one for a condition that holds, one per item for `each`. */
  scopesOf(directive: BranchDirective, key: ScalarNode): TemplateScope[] {
    if (directive.kind === 'each') {
      this.end()
      return itemsToVisit(evaluateInTemplate(directive.collection, this.#scope, key.at), key).map((item) =>
        withLoopVariable(this.#scope, directive.variable, item),
      )
    }
    if (directive.kind === 'if') this.#state = 'undecided'
    else if (this.#state === 'outside') {
      throw new PipelineError(key.at, `The directive '${directive.kind}' must be chained after an if`)
    }
    const isTaken = this.#state === 'undecided' && this.#holds(directive, key)
    if (directive.kind === 'else') this.end()
    else if (isTaken) this.#state = 'decided'
    return isTaken ? [this.#scope] : []
  }

  #holds(directive: Exclude<BranchDirective, { kind: 'each' }>, key: ScalarNode): boolean {
    return directive.kind === 'else' || toBoolean(evaluateInTemplate(directive.condition, this.#scope, key.at))
  }
}

function itemsToVisit(collection: Value, key: ScalarNode): readonly Value[] {
  if (collection === undefined || collection === '') return []
  if (typeof collection !== 'object' || collection.kind === 'version') {
    throw new PipelineError(key.at, `'each' needs a sequence or a mapping, not a ${kindOf(collection)}`)
  }
  if (collection.kind === 'array') return collection.items
  return [...collection.entries].map(([name, value]) => ({
    kind: 'object',
    entries: new Map<string, Value>([
      ['key', name],
      ['value', value],
    ]),
  }))
}
