/** What to run, and on what: everything the agent knows about the outside. */
export interface PipelineRequest {
  /** Path of the pipeline file, inside `sources`. */
  readonly file: string
  /**
   * Root of the repository. A file of steps works in it; the jobs of a file of jobs or stages, and jobs whose checkouts
   * say where to go, get a copy each.
   */
  readonly sources: string
  /** Folders of other repositories, by the alias of the repository resource. */
  readonly repositories?: Readonly<Record<string, string>>
  /** Folder of task folders: `<tasks>/<Name>/{task.json,index.js}`. */
  readonly tasks: string
  /** The agent's own work folder: temporary files, artifacts, attachments. */
  readonly work: string
  /** Queue-time parameter values, as text or boolean. */
  readonly parameters?: Readonly<Record<string, string | boolean>>
  /** Queue-time variables; they win over those at the top of the file and over the predefined ones. */
  readonly variables?: Readonly<Record<string, string>>
  readonly secretVariables?: Readonly<Record<string, string>>
  readonly connections?: readonly ServiceConnection[]
  /** What takes the place of a connection that is not among them, by its name and type. */
  readonly standIn?: ConnectionStandIn
  /** The agent's own process environment: steps inherit exactly this (plus what the contract adds). */
  readonly environment: Readonly<Record<string, string>>
  /** What the agents of a pool have in their environment on top, by the pool's name or image: another engine, say. */
  readonly pools?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Full ref of the branch, such as `refs/heads/main`, which is the default. */
  readonly branch?: string
  /** Number of a pull request: the run validates it, and `branch` is its source branch. */
  readonly pullRequest?: number
  /** Runs only this job, `Job` or `Stage.Job`, and first what it depends on. */
  readonly job?: string
  /** System.JobAttempt, from 1; later attempts find the artifacts of earlier ones. */
  readonly attempt?: number
  /** Build.BuildId; Build.BuildNumber is derived from it and the date. */
  readonly runId: number
  /** When the run starts, for Build.BuildNumber; default: now. */
  readonly startedAt?: Date
  /** The Node binary that runs the tasks; default: this process's. */
  readonly node?: string
  /** Gets each line of the run's log, masked, as a person would see it in the web page. */
  readonly write: (line: string) => void
  /** Cancels the job as the real agent does: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL; always() steps and post-jobs still run. */
  readonly signal?: AbortSignal
}

/** A service connection, which the YAML names by its name and a task gets by its id. */
export interface ServiceConnection {
  readonly name: string
  /** A GUID in lower case. */
  readonly id: string
  readonly type: string
  readonly url: string
  /** Authorization scheme, such as `UsernamePassword`. */
  readonly scheme: string
  /** Authorization parameters; masked in the log. */
  readonly parameters: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, string>>
}

/** A connection for a name that the project does not have; undefined where there is none of that type. */
export type ConnectionStandIn = (name: string, type: string) => ServiceConnection | undefined

export type Result = 'Succeeded' | 'SucceededWithIssues' | 'Failed' | 'Canceled' | 'Skipped'

/** An error or warning of a step, as the run's summary page lists it. */
export interface Issue {
  readonly type: 'error' | 'warning'
  readonly message: string
  readonly sourcePath?: string
  readonly line?: number
  readonly column?: number
  readonly code?: string
}

export interface StepResult {
  readonly name?: string
  readonly displayName: string
  readonly result: Result
  /** Output variables by their plain names; a secret one is `***`. */
  readonly outputs: Readonly<Record<string, string>>
  readonly issues: readonly Issue[]
  /** The step's log, masked; debug lines only with System.Debug=true. */
  readonly lines: readonly string[]
  readonly milliseconds: number
}

/** A job of the run, or one copy of it. */
export interface JobResult {
  readonly stage: string
  readonly name: string
  /** Name of the copy, where a matrix or `parallel` makes several. */
  readonly leg?: string
  readonly displayName: string
  readonly result: Result
  readonly steps: readonly StepResult[]
  /** Problems of the job itself, such as a matrix that is none. */
  readonly issues: readonly Issue[]
  /** Output variables as later jobs read them, such as `step.variable`; a secret one is `***`. */
  readonly outputs: Readonly<Record<string, string>>
}

/** The worst result of its jobs; Skipped where none of them ran. */
export interface StageResult {
  readonly name: string
  readonly result: Result
}

/** A file that a step handed to the run, copied into the work folder. */
export interface Attachment {
  /** Such as `Distributedtask.Core.Summary`, or what `task.addattachment` said. */
  readonly type: string
  readonly name: string
  readonly path: string
}

/** What a step published to the run's Tests tab, under one title. */
export interface TestRun {
  readonly title: string
  readonly tests: readonly PublishedTest[]
}

export interface PublishedTest {
  readonly name: string
  readonly seconds: number
  readonly outcome: 'Passed' | 'Failed' | 'NotExecuted'
  /** Of a failure. */
  readonly message?: string
  readonly details?: string
}

export interface PipelineResult {
  readonly result: Result
  readonly stages: readonly StageResult[]
  /** In the order in which they ran. */
  readonly jobs: readonly JobResult[]
  /** The steps of all jobs. */
  readonly steps: readonly StepResult[]
  readonly attachments: readonly Attachment[]
  readonly testRuns: readonly TestRun[]
  readonly buildNumber: string
  readonly tags: readonly string[]
}
