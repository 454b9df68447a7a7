import { PipelineError } from '../position.ts'
import type { Position } from '../position.ts'
import { readArtifactTask } from './artifact-steps.ts'
import { readBoolean, readScalars, readText } from './read-keys.ts'
import type { CheckoutAction, DownloadAction, StepAction } from './step-actions.ts'
import type { MappingNode } from './yaml-tree.ts'
import { assertKeys } from './yaml-tree.ts'

const checkoutOptions = ['clean', 'fetchDepth', 'fetchTags', 'lfs', 'persistCredentials', 'submodules']
const keysOfKind: ReadonlyMap<string, readonly string[]> = new Map([
  ['task', ['task', 'inputs']],
  ['script', ['script', 'workingDirectory', 'failOnStderr']],
  ['bash', ['bash', 'workingDirectory', 'failOnStderr']],
  ['checkout', ['checkout', 'path', 'workspaceRepo', ...checkoutOptions]],
  ['publish', ['publish', 'artifact']],
  ['download', ['download', 'artifact', 'patterns']],
])
const unsupportedKinds = ['pwsh', 'powershell', 'downloadBuild', 'getPackage', 'upload', 'reviewApp']

/** Reads what a step does by its first key; `commonKeys` are those that every step may have. */
export function readAction(node: MappingNode, commonKeys: readonly string[]): StepAction {
  const kind = node.entries[0]?.key
  if (kind === undefined) throw new PipelineError(node.at, 'A step is empty')
  if (unsupportedKinds.includes(kind.text)) {
    throw new PipelineError(kind.at, `The step '${kind.text}' is not supported by the local agent`)
  }
  const keys = keysOfKind.get(kind.text)
  if (keys === undefined) throw new PipelineError(kind.at, `Unexpected value '${kind.text}'`)
  assertKeys(node, [...keys, ...commonKeys])
  const value = readText(node, kind.text) ?? ''
  switch (kind.text) {
    case 'task':
      return readTask(value, node)
    case 'checkout':
      return readCheckout(value, node)
    case 'publish':
      return { kind: 'publish', path: value, artifact: readText(node, 'artifact') }
    case 'download':
      return readDownload(value, node, kind.at)
    default:
      return readScript(kind.text === 'bash' ? 'Bash' : 'CmdLine', value, node)
  }
}

function readTask(reference: string, node: MappingNode): StepAction {
  const inputs = readScalars(node, 'inputs')
  return readArtifactTask(reference, inputs) ?? { kind: 'task', reference, inputs }
}

function readScript(shell: 'CmdLine' | 'Bash', script: string, node: MappingNode): StepAction {
  const workingDirectory = readText(node, 'workingDirectory') ?? ''
  return { kind: 'script', shell, script, workingDirectory, failOnStderr: readBoolean(node, 'failOnStderr', false) }
}

function readCheckout(repository: string, node: MappingNode): CheckoutAction {
  if (repository === '') throw new PipelineError(node.at, "A checkout needs 'self', 'none' or a repository")
  return {
    kind: 'checkout',
    repository,
    path: readText(node, 'path'),
    isWorkspaceRepository: readBoolean(node, 'workspaceRepo', false),
  }
}

function readDownload(source: string, node: MappingNode, at: Position): DownloadAction {
  if (source !== 'current' && source !== 'none') {
    throw new PipelineError(at, `Downloading from '${source}' is not supported by the local agent, only from 'current'`)
  }
  const patterns = readText(node, 'patterns') ?? '**'
  return { kind: 'download', source, artifact: readText(node, 'artifact'), patterns, path: undefined }
}
