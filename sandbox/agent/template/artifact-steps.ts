import { PipelineError } from '../position.ts'
import type { DownloadAction, PublishAction } from './step-actions.ts'
import type { ScalarNode } from './yaml-tree.ts'

type Inputs = ReadonlyMap<string, ScalarNode>

/** Reads the service's own artifact tasks, which the local agent does itself; `undefined` for every other task. */
export function readArtifactTask(reference: string, inputs: Inputs): PublishAction | DownloadAction | undefined {
  switch (reference.toLowerCase()) {
    case 'publishpipelineartifact@1':
      return readPublish(new TaskForm(reference, inputs))
    case 'downloadpipelineartifact@2':
      return readDownload(new TaskForm(reference, inputs))
    default:
      return undefined
  }
}

function readPublish(form: TaskForm): PublishAction {
  form.expect(['publishLocation', 'artifactType'], ['pipeline'])
  const path = form.take('targetPath', 'path') ?? '$(Pipeline.Workspace)'
  const artifact = form.take('artifactName', 'artifact')
  form.assertEmpty()
  return { kind: 'publish', path, artifact }
}

function readDownload(form: TaskForm): DownloadAction {
  form.expect(['buildType', 'source'], ['current'])
  const artifact = form.take('artifactName', 'artifact')
  const patterns = form.take('itemPattern', 'patterns') ?? '**'
  const path = form.take('targetPath', 'path', 'downloadPath') ?? '$(Pipeline.Workspace)'
  form.assertEmpty()
  return { kind: 'download', source: 'current', artifact, patterns, path }
}

/** The inputs of one step, of which each is taken once under one of its names. */
class TaskForm {
  readonly #task: string
  readonly #left: Map<string, { readonly name: string; readonly value: ScalarNode }>

  constructor(task: string, inputs: Inputs) {
    this.#task = task
    this.#left = new Map([...inputs].map(([name, value]) => [name.toLowerCase(), { name, value }]))
  }

  /** The text of an input; the empty text counts as none. */
  take(...names: readonly string[]): string | undefined {
    const text = this.#take(names)?.text.trim()
    return text === '' ? undefined : text
  }

  expect(names: readonly string[], supported: readonly string[]): void {
    const given = this.#take(names)
    if (given === undefined || given.text === '' || supported.includes(given.text.toLowerCase())) return
    const problem = `'${String(names[0])}: ${given.text}' of ${this.#task} is not supported by the local agent`
    throw new PipelineError(given.at, problem)
  }

  assertEmpty(): void {
    for (const { name, value } of this.#left.values()) {
      throw new PipelineError(value.at, `The input '${name}' of ${this.#task} is not supported by the local agent`)
    }
  }

  #take(names: readonly string[]): ScalarNode | undefined {
    for (const name of names) {
      const found = this.#left.get(name.toLowerCase())
      this.#left.delete(name.toLowerCase())
      if (found !== undefined) return found.value
    }
    return undefined
  }
}
