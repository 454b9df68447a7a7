import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import { expandNode } from './expand.ts'
import { bindParameters, readParameterSection } from './parameters.ts'
import { SourceFiles } from './source-files.ts'
import type { StepDefinition } from './steps.ts'
import { readSteps } from './steps.ts'
import type { TemplateScope } from './template-scope.ts'
import { templateScope } from './template-scope.ts'
import type { VariableDeclaration } from './variable-declarations.ts'
import { readVariables } from './variable-declarations.ts'
import type { MappingNode, Node } from './yaml-tree.ts'
import { asMapping, asScalar, asSequence, assertKeys, entryOf, parseYaml } from './yaml-tree.ts'

/** A pipeline file with everything expanded: variables and the steps of its one job. */
export interface Pipeline {
  readonly variables: readonly VariableDeclaration[]
  readonly steps: readonly StepDefinition[]
}

export interface PipelineSource {
  /** Root of the sources. */
  readonly root: string
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
const unsupportedKeys = ['stages', 'jobs', 'job', 'strategy', 'container', 'services', 'workspace', 'target']
const stepsTemplateKeys = ['parameters', 'steps']
const extendsTemplateKeys = [...stepsTemplateKeys, 'extends', 'variables', 'resources']
const maximumNesting = 100

/** Reads and expands a pipeline file and its templates; throws {@link PipelineError}. */
export function loadPipeline(source: PipelineSource): Pipeline {
  const files = new SourceFiles(source.root)
  const root = files.read(source.file)
  assertSupported(root, [...extendsTemplateKeys, ...keptKeys])
  const { variables, steps } = new Loader(files, source.variables).load(root, queueTimeValues(root, source))
  return { variables, steps: readSteps(steps) }
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
    const text = String(value)
    const node: Node = isPlain ? { kind: 'scalar', text, literal: text, at } : parseYaml(text, `parameter '${name}'`)
    return { key: { kind: 'scalar', text: name, literal: name, at } as const, value: node }
  })
  return { kind: 'mapping', entries, at }
}

interface Expanded {
  readonly variables: readonly VariableDeclaration[]
  readonly steps: readonly MappingNode[]
}

/** Follows `extends` and includes; `path` are the files on the way to the one at hand. */
class Loader {
  readonly #files: SourceFiles
  readonly #predefined: ReadonlyMap<string, string>

  constructor(files: SourceFiles, predefined: ReadonlyMap<string, string>) {
    this.#files = files
    this.#predefined = predefined
  }

  /** Expands the entry file, or a template that a file extends at `usedAt`. */
  load(root: MappingNode, given: MappingNode, usedAt?: Position, path: readonly string[] = []): Expanded {
    const outer = this.#scopeOf(root, given, usedAt, [])
    const section = entryOf(root, 'variables')
    const variables = section === undefined ? [] : readVariables(expandNode(section.value, outer))
    const scope = this.#scopeOf(root, given, usedAt, variables)
    const here = [...path, root.at.file]

    const stepsEntry = entryOf(root, 'steps')
    const extendsEntry = entryOf(root, 'extends')
    if (stepsEntry !== undefined && extendsEntry !== undefined) {
      throw new PipelineError(stepsEntry.key.at, "'steps' is not allowed beside 'extends'")
    }
    if (stepsEntry !== undefined) return { variables, steps: this.#expandSteps(stepsEntry.value, scope, here) }
    if (extendsEntry === undefined) throw new PipelineError(root.at, "The pipeline needs 'steps' or 'extends'")

    const call = readCall(asMapping(expandNode(extendsEntry.value, scope)))
    const template = this.#readTemplate(call, here)
    assertSupported(template, extendsTemplateKeys)
    const duplicate = section === undefined ? undefined : entryOf(template, 'variables')
    if (duplicate !== undefined) throw new PipelineError(duplicate.key.at, "'variables' is already defined")
    const base = this.load(template, call.parameters, call.at, here)
    return { variables: [...variables, ...base.variables], steps: base.steps }
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

  #expandSteps(steps: Node, scope: TemplateScope, path: readonly string[]): readonly MappingNode[] {
    return asSequence(expandNode(steps, scope)).items.flatMap((item) => {
      const step = asMapping(item)
      return step.entries[0]?.key.text === 'template' ? this.#includeSteps(step, path) : [step]
    })
  }

  #includeSteps(include: MappingNode, path: readonly string[]): readonly MappingNode[] {
    const call = readCall(include)
    const template = this.#readTemplate(call, path)
    assertSupported(template, stepsTemplateKeys)
    const scope = this.#scopeOf(template, call.parameters, call.at, [])
    const steps = entryOf(template, 'steps')
    if (steps === undefined) throw new PipelineError(template.at, "The template needs 'steps'")
    return this.#expandSteps(steps.value, scope, [...path, template.at.file])
  }

  #readTemplate(call: TemplateCall, path: readonly string[]): MappingNode {
    if (path.length > maximumNesting) throw new PipelineError(call.at, 'Templates are nested too deeply')
    const template = this.#files.readTemplate(call.template, call.at)
    if (path.includes(template.at.file)) {
      throw new PipelineError(call.at, `The template includes itself: ${[...path, template.at.file].join(' -> ')}`)
    }
    return template
  }
}

interface TemplateCall {
  readonly template: string
  readonly parameters: MappingNode
  readonly at: Position
}

function readCall(node: MappingNode): TemplateCall {
  assertKeys(node, ['template', 'parameters'])
  const template = entryOf(node, 'template')
  if (template === undefined) throw new PipelineError(node.at, "A 'template' was expected")
  const parameters = entryOf(node, 'parameters')?.value ?? { kind: 'mapping', entries: [], at: node.at }
  return { template: asScalar(template.value).text, parameters: asMapping(parameters), at: template.value.at }
}
