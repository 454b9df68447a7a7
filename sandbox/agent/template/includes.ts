import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { expandNode } from './expand.ts'
import type { SourceFiles } from './source-files.ts'
import type { TemplateScope } from './template-scope.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { asMapping, asScalar, asSequence, assertKeys, entryOf } from './yaml-tree.ts'

/** The lists in which `- template:` may stand. */
export type ListKind = 'stages' | 'jobs' | 'steps'

/** A `template:` with the arguments it hands over. */
export interface TemplateCall {
  readonly template: string
  readonly parameters: MappingNode
  readonly at: Position
}

const maximumNesting = 100
const hooks = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic']

/** Replaces every `- template:` of stages, jobs and steps by what the file holds. */
export class Includes {
  readonly #files: SourceFiles
  readonly #scopeOf: (template: MappingNode, call: TemplateCall) => TemplateScope

  constructor(files: SourceFiles, scopeOf: (template: MappingNode, call: TemplateCall) => TemplateScope) {
    this.#files = files
    this.#scopeOf = scopeOf
  }

  /** Expands a list; `path` are the files on the way to the one at hand. */
  expandList(kind: ListKind, list: Node, scope: TemplateScope, path: readonly string[]): readonly MappingNode[] {
    return this.#follow(kind, expandNode(list, scope), path)
  }

  /** Reads the file that a call names; one that is already on the way is an error. */
  readTemplate(call: TemplateCall, path: readonly string[]): MappingNode {
    if (path.length > maximumNesting) throw new PipelineError(call.at, 'Templates are nested too deeply')
    const template = this.#files.readTemplate(call.template, call.at)
    if (path.includes(template.at.file)) {
      throw new PipelineError(call.at, `The template includes itself: ${[...path, template.at.file].join(' -> ')}`)
    }
    return template
  }

  #follow(kind: ListKind, list: Node, path: readonly string[]): readonly MappingNode[] {
    return asSequence(list).items.flatMap((item) => {
      const mapping = asMapping(item)
      const isInclude = mapping.entries[0]?.key.text === 'template'
      return isInclude ? this.#include(kind, mapping, path) : [this.#followWithin(kind, mapping, path)]
    })
  }

  #include(kind: ListKind, include: MappingNode, path: readonly string[]): readonly MappingNode[] {
    const call = readCall(include)
    const template = this.readTemplate(call, path)
    assertKeys(template, ['parameters', kind])
    const list = entryOf(template, kind)
    if (list === undefined) throw new PipelineError(template.at, `The template needs '${kind}'`)
    return this.expandList(kind, list.value, this.#scopeOf(template, call), [...path, template.at.file])
  }

  /** The lists inside of a stage, a job or a deployment. */
  #followWithin(kind: ListKind, mapping: MappingNode, path: readonly string[]): MappingNode {
    const followed = (inner: ListKind) => (list: Node) => {
      return { kind: 'sequence', items: this.#follow(inner, list, path), at: list.at } as const
    }
    switch (kind) {
      case 'stages':
        return withValue(mapping, ['jobs'], followed('jobs'))
      case 'jobs': {
        const ways = hooks
          .map((hook) => [hook])
          .concat([
            ['on', 'success'],
            ['on', 'failure'],
          ])
        return [['steps'], ...ways.map((way) => ['strategy', 'runOnce', ...way, 'steps'])].reduce<MappingNode>(
          (job, way) => withValue(job, way, followed('steps')),
          mapping,
        )
      }
      case 'steps':
        return mapping
    }
  }
}

/** The same mapping with another value at the end of a way of keys, where there is such a way. */
function withValue(mapping: MappingNode, way: readonly string[], change: (value: Node) => Node): MappingNode {
  const [key, ...rest] = way
  const entries = mapping.entries.map((entry) => {
    if (entry.key.text !== key) return entry
    if (rest.length === 0) return { ...entry, value: change(entry.value) }
    return entry.value.kind === 'mapping' ? { ...entry, value: withValue(entry.value, rest, change) } : entry
  })
  return { ...mapping, entries }
}

/** Reads `template` and `parameters`; throws a {@link PipelineError} at anything else. */
export function readCall(node: MappingNode): TemplateCall {
  assertKeys(node, ['template', 'parameters'])
  const template = entryOf(node, 'template')
  if (template === undefined) throw new PipelineError(node.at, "A 'template' was expected")
  const parameters = entryOf(node, 'parameters')?.value ?? { kind: 'mapping', entries: [], at: node.at }
  return { template: asScalar(template.value).text, parameters: asMapping(parameters), at: template.value.at }
}
