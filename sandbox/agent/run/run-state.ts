import type { Attachment, JobResult, PipelineRequest, TestRun } from '../contract.ts'
import type { RunFolders } from '../job/folders.ts'
import type { Masker } from '../job/masking.ts'
import type { RunIdentity } from '../job/predefined-variables.ts'
import type { TaskDefinition } from '../job/task-definition.ts'
import type { Pipeline } from '../template/load-pipeline.ts'

/** What the jobs of one run share. */
export interface RunState {
  readonly request: PipelineRequest
  /** With the build number as it is now: a step may change it. */
  identity: RunIdentity
  readonly pipeline: Pipeline
  readonly tasks: readonly TaskDefinition[]
  readonly folders: RunFolders
  readonly masker: Masker
  /** Values of secret output variables: what holds one is a secret in later jobs, too. */
  readonly secretOutputs: Set<string>
  readonly signal: AbortSignal
  readonly jobs: JobResult[]
  readonly attachments: Attachment[]
  readonly testRuns: TestRun[]
  readonly tags: string[]
}

/** Writes a line of the run itself, masked. */
export function writeLine(run: RunState, line: string): void {
  run.request.write(run.masker.mask(line))
}
