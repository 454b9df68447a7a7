import type { Attachment, ServiceConnection, TestRun } from '../contract.ts'
import type { JobStatus } from '../expressions/conditions.ts'
import type { Folders } from './folders.ts'
import type { Masker } from './masking.ts'
import type { Variables } from './variables.ts'

/** What the steps of one job share. */
export interface JobState {
  readonly variables: Variables
  readonly masker: Masker
  readonly folders: Folders
  readonly connections: readonly ServiceConnection[]
  /** The agent's own process environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly node: string
  readonly write: (line: string) => void
  readonly isDebugging: boolean
  readonly signal: AbortSignal
  status: JobStatus
  /** Folders from `task.prependpath`, the latest first. */
  readonly prependedPaths: string[]
  readonly attachments: Attachment[]
  readonly testRuns: TestRun[]
  readonly tags: string[]
}
