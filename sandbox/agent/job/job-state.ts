import type { Attachment, ConnectionStandIn, ServiceConnection, TestRun } from '../contract.ts'
import type { JobStatus } from '../expressions/conditions.ts'
import type { StepAction } from '../template/step-actions.ts'
import type { Folders } from './folders.ts'
import type { Masker } from './masking.ts'
import type { Variables } from './variables.ts'

/** A repository, and where a checkout step copies it. */
export interface PlannedCheckout {
  readonly from: string
  readonly to: string
  /** What is not copied: the agent's own work folder, where it is inside of the repository. */
  readonly except: string
}

/** An output variable as later jobs get it. */
export interface JobOutput {
  readonly value: string
  readonly isSecret: boolean
}

/** What the steps of one job share. */
export interface JobState {
  readonly variables: Variables
  readonly masker: Masker
  readonly folders: Folders
  readonly connections: readonly ServiceConnection[]
  readonly standIn?: ConnectionStandIn | undefined
  /** The agent's own process environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly node: string
  readonly write: (line: string) => void
  readonly isDebugging: boolean
  readonly signal: AbortSignal
  /** Of each checkout step; none where the job works in the sources themselves. */
  readonly checkouts: ReadonlyMap<StepAction, PlannedCheckout>
  /** Output variables by `step.variable`. */
  readonly outputs: Map<string, JobOutput>
  status: JobStatus
  /** Folders from `task.prependpath`, the latest first. */
  readonly prependedPaths: string[]
  readonly attachments: Attachment[]
  readonly testRuns: TestRun[]
  readonly tags: string[]
}
