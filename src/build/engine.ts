import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'

/** The container engine, as far as building needs it. Image names here are local ones, `localhost/...`. */
export interface Engine {
  /** Pulls one image and tags it `name`. `reference` has a digest; the engine checks the content against it. */
  pull(request: ImagePull): Promise<LocalImage>
  /** Builds with BuildKit; throws BuildFailedError where a step fails. */
  build(request: ImageBuild): Promise<LocalImage>
  /** The image of this name, or undefined where the engine has none. */
  inspect(name: string): Promise<LocalImage | undefined>
  /** Removes a local name, and the image with its last name. An absent one is no error. */
  remove(name: string): Promise<void>
}

export interface ImagePull {
  readonly reference: Reference
  readonly platform: Platform
  readonly name: string
  readonly credentials?: RegistryCredentials
}

export interface ImageBuild {
  /** Absolute path of the build context. */
  readonly context: string
  /** Absolute path of the Dockerfile; it may lie outside the context. */
  readonly dockerfile: string
  /** What is built instead of the file's own content: the same lines with images swapped. */
  readonly dockerfileText: string
  /** The local name that the image gets. */
  readonly name: string
  readonly platform: Platform
  readonly target?: string
  readonly buildArguments: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** Values for `RUN --mount=type=secret,id=...`, by id; masked in the log before they get here. */
  readonly secrets?: Readonly<Record<string, string>>
  /** For images that the Dockerfile names itself, by registry. A registry that is not named here gets none. */
  readonly credentials?: Readonly<Record<string, RegistryCredentials>>
  /** Runs every step again, whatever the engine has kept of earlier builds. */
  readonly ignoreCache?: boolean
  /** Gets each step as it ends and each line that a step prints, cleaned of log commands. */
  readonly onProgress: (progress: BuildProgress) => void
}

export type BuildProgress =
  | { readonly kind: 'step'; readonly name: string; readonly seconds: number; readonly cached: boolean }
  | { readonly kind: 'output'; readonly line: string }
  | { readonly kind: 'warning'; readonly message: string; readonly line?: number }

/** A step of the build failed. The message names the step; `output` holds the last lines it printed. */
export class BuildFailedError extends Error {
  override readonly name = 'BuildFailedError'
  readonly step: string
  readonly output: readonly string[]

  constructor(step: string, reason: string, output: readonly string[]) {
    super(`The step "${step}" failed: ${reason}`)
    this.step = step
    this.output = output
  }
}
