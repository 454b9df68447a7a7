import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { assertRuntimeValue } from '../expressions/runtime-value.ts'
import { expandNode } from './expand.ts'
import type { ListKind } from './includes.ts'
import { Includes, readCall } from './includes.ts'
import { readJobs } from './jobs.ts'
import { bindParameters, readParameterSection } from './parameters.ts'
import { readPool } from './pool.ts'
import { SourceFiles } from './source-files.ts'
import type { StageDefinition } from './stages.ts'
import { assertLockBehavior, readStages, stageOfJobs } from './stages.ts'
import type { TemplateScope } from './template-scope.ts'
import { templateScope } from './template-scope.ts'
import type { VariableDeclaration } from './variable-declarations.ts'
import { readVariables } from './variable-declarations.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { assertKeys, asMapping, entryOf, parseYaml, textNode } from './yaml-tree.ts'

/** A pipeline file with everything expanded. */
export interface Pipeline {
  readonly variables: readonly VariableDeclaration[]
  readonly stages: readonly StageDefinition[]
  /** What the file is made of; one of steps is one job. */
  readonly kind: ListKind
}

/** Where the pipeline is, and what it is expanded with. */
export interface PipelineSource {
  /** Root of the sources. */
  readonly root: string
  /** Folders of other repositories by alias. */
  readonly repositories?: Readonly<Record<string, string>>
  /** Path of the pipeline file below the root, with `/`. */
  readonly file: string
  readonly parameters: Readonly<Record<string, string | boolean>>
  /** The predefined variables that `${{ variables.x }}` can see. */
  readonly variables: ReadonlyMap<string, string>
}

const keptKeys = [
  'name',
  'trigger',
  'pr',
  'schedules',
  'pool',
  'resources',
  'lockBehavior',
  'appendCommitMessageToRunName',
]
const unsupportedKeys = ['job', 'strategy', 'container', 'services', 'workspace', 'target']
const listKinds: readonly ListKind[] = ['stages', 'jobs', 'steps']
const extendsTemplateKeys = ['parameters', ...listKinds, 'extends', 'variables', 'resources']

/** Reads and expands a pipeline file and its templates; throws {@link PipelineError}. */
export function loadPipeline(source: PipelineSource): Pipeline {
  const files = new SourceFiles(new Map([...Object.entries(source.repositories ?? {}), ['self', source.root]]))
  const root = files.read(source.file)
  assertSupported(root, [...extendsTemplateKeys, ...keptKeys])
  assertLockBehavior(root)
  const pool = readPool(entryOf(root, 'pool')?.value)
  const { variables, list } = new Loader(files, source.variables).load(root, queueTimeValues(root, source))
  for (const { value, at } of variables) assertRuntimeValue(value, at, [])
  return { variables, stages: stagesOf(list, pool), kind: list.kind }
}

/** Steps are one job, and jobs are one stage, as on the service. */
function stagesOf({ kind, nodes, at }: ExpandedList, pool: string | undefined): readonly StageDefinition[] {
  switch (kind) {
    case 'stages':
      return readStages(nodes, at, pool)
    case 'jobs':
      return [stageOfJobs(readJobs(nodes, at, pool), at)]
    case 'steps': {
      const entries = [
        { key: textNode('job', at), value: textNode('Job', at) },
        { key: textNode('steps', at), value: { kind: 'sequence', items: nodes, at } as const },
      ]
      return [stageOfJobs(readJobs([{ kind: 'mapping', entries, at }], at, pool), at)]
    }
  }
}

function assertSupported(root: MappingNode, allowed: readonly string[]): void {
  const unsupported = root.entries.find(({ key }) => unsupportedKeys.includes(key.text))
  if (unsupported !== undefined) {
    throw new PipelineError(unsupported.key.at, `'${unsupported.key.text}' is not supported by the local agent`)
  }
  assertKeys(root, allowed)
}

/** Queue-time values as the nodes that YAML arguments would be; an object is given as YAML text. */
function queueTimeValues(root: MappingNode, { parameters, file }: PipelineSource): MappingNode {
  const { declarations } = readParameterSection(entryOf(root, 'parameters')?.value)
  const at = { file, line: 1, column: 1 }
  const entries = Object.entries(parameters).map(([name, value]) => {
    const type = declarations.find((declaration) => declaration.name.toLowerCase() === name.toLowerCase())?.type
    const isPlain = type === 'string' || type === 'number' || type === 'boolean'
    const node: Node = isPlain ? textNode(String(value), at) : parseYaml(String(value), `parameter '${name}'`)
    return { key: textNode(name, at), value: node }
  })
  return { kind: 'mapping', entries, at }
}

/** Stages, jobs or steps without any template left in them. */
interface ExpandedList {
  readonly kind: ListKind
  readonly nodes: readonly MappingNode[]
  readonly at: Position
}

interface Expanded {
  readonly variables: readonly VariableDeclaration[]
  readonly list: ExpandedList
}

/** Follows `extends`; `path` are the files on the way to the one at hand. */
class Loader {
  readonly #predefined: ReadonlyMap<string, string>
  readonly #includes: Includes

  constructor(files: SourceFiles, predefined: ReadonlyMap<string, string>) {
    this.#predefined = predefined
    this.#includes = new Includes(files, (template, { parameters, at }) => this.#scopeOf(template, parameters, at, []))
  }

  /** Expands the entry file, or a template that a file extends at `usedAt`. */
  load(root: MappingNode, given: MappingNode, usedAt?: Position, path: readonly string[] = []): Expanded {
    const outer = this.#scopeOf(root, given, usedAt, [])
    const section = entryOf(root, 'variables')
    const variables = section === undefined ? [] : readVariables(expandNode(section.value, outer))
    const scope = this.#scopeOf(root, given, usedAt, variables)
    const here = [...path, root.at.file]

    const lists = root.entries.filter(({ key }) => isListKind(key.text) || key.text === 'extends')
    const [entry, second] = lists
    if (entry === undefined) {
      throw new PipelineError(root.at, "The pipeline needs 'stages', 'jobs', 'steps' or 'extends'")
    }
    if (second !== undefined) {
      throw new PipelineError(second.key.at, `'${second.key.text}' is not allowed beside '${entry.key.text}'`)
    }
    const kind = entry.key.text
    if (isListKind(kind)) {
      const nodes = this.#includes.expandList(kind, entry.value, scope, here)
      return { variables, list: { kind, nodes, at: entry.value.at } }
    }
    const base = this.#loadBase(asMapping(expandNode(entry.value, scope)), section !== undefined, here)
    return { variables: [...variables, ...base.variables], list: base.list }
  }

  #loadBase(extension: MappingNode, hasVariables: boolean, path: readonly string[]): Expanded {
    const call = readCall(extension)
    const template = this.#includes.readTemplate(call, path)
    assertSupported(template, extendsTemplateKeys)
    const duplicate = hasVariables ? entryOf(template, 'variables') : undefined
    if (duplicate !== undefined) throw new PipelineError(duplicate.key.at, "'variables' is already defined")
    return this.load(template, call.parameters, call.at, path)
  }

  #scopeOf(
    root: MappingNode,
    given: MappingNode,
    usedAt: Position | undefined,
    variables: readonly VariableDeclaration[],
  ): TemplateScope {
    const section = readParameterSection(entryOf(root, 'parameters')?.value)
    const parameters = bindParameters(section, given, usedAt)
    const declared = section.declarations.map(({ name }) => name.toLowerCase())
    return templateScope({
      parameters,
      declaredParameters: section.acceptsOthers ? undefined : new Set(declared),
      variables: new Map([...this.#predefined, ...variables.map(({ name, value }) => [name, value] as const)]),
    })
  }
}

function isListKind(key: string): key is ListKind {
  return listKinds.some((kind) => kind === key)
}
