import type { Builder } from '../dockerfile-build/builder.ts'

/** The container engine, as far as trying an image needs it. */
export interface TestEngine extends Builder {
  /** Starts a container whose `port` can be called from here, and from nowhere else. */
  run(request: ContainerRun): Promise<RunningContainer>
}

export interface ContainerRun {
  /** A local image name. */
  readonly image: string
  /** The TCP port on which the application listens inside; undefined where it does not listen. */
  readonly port?: number
  readonly environment: Readonly<Record<string, string>>
  /** Marks the container as this owner's, so that it can be swept when the owner is dead. */
  readonly owner?: string
}

export interface RunningContainer {
  /**
   * `http://<host>:<port>`: the loopback interface, or in a container job an address on the job's own network. Nobody
   * answers there if the application does not listen.
   */
  readonly address: string
  /** Settles when the container ends by itself; never rejects. */
  readonly exited: Promise<ContainerExit>
  /**
   * What it printed, stdout and stderr as they came, cleaned of log commands: the first lines (at most 25) and the last
   * (at most 50), and between them how many are left out.
   */
  lines(): readonly string[]
  /** Kills and removes it with its anonymous volumes. An absent one is no error. */
  remove(): Promise<void>
}

export interface ContainerExit {
  readonly code: number
  readonly outOfMemory: boolean
  /** The engine's own word where the container could not even start. */
  readonly error?: string
  /** Why the engine no longer knows how the container ended. */
  readonly lost?: unknown
}
