/** The container engine, as far as sweeping needs it. */
export interface SweepEngine {
  /** All that it holds, ours or not. */
  list(): Promise<EngineContents>
  /** Removes a name, and the image with its last name. An absent one is no error. */
  remove(name: string): Promise<void>
  /** Kills and removes a container with its anonymous volumes. An absent one is no error. */
  removeContainer(id: string): Promise<void>
}

export interface EngineContents {
  readonly containers: readonly EngineContainer[]
  readonly images: readonly EngineImage[]
}

export interface EngineContainer {
  readonly id: string
  readonly name: string
  readonly isRunning: boolean
  readonly labels: Readonly<Record<string, string>>
}

export interface EngineImage {
  /** With their tags: `localhost/platform-image/test:...`. */
  readonly names: readonly string[]
  /** Names by digest, which the engine keeps of what it pulled and pushed: `mcr.microsoft.com/dotnet/aspnet@sha256:...`. */
  readonly digests: readonly string[]
}
