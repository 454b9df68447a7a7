import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Platform } from '../model/platform.ts'

/** The container engine, as far as building needs it. Image names here are local ones, `localhost/...`. */
export interface Builder {
  /** Who it is: the cheapest way to find out whether it is there. */
  ping(): Promise<EngineVersion>
  /** Builds with BuildKit; throws BuildFailedError where a step fails. */
  build(request: ImageBuild): Promise<LocalImage>
  /** Removes a local name, and the image with its last name. An absent one is no error. */
  remove(name: string): Promise<void>
}

export interface EngineVersion {
  /** `28.5.2`. */
  readonly version: string
  /** What its containers run on. */
  readonly platform: Platform
}

/** How far something is that moves over a network. */
export interface Transfer {
  /** Bytes. */
  readonly current: number
  /** Bytes, as far as is known yet; 0 where nothing is. */
  readonly total: number
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
  /** Our own names in the text, by what a reader of the log knows instead of them. */
  readonly shownNames?: Readonly<Record<string, string>>
  /** Runs every step again, whatever the engine has kept of earlier builds. */
  readonly ignoreCache?: boolean
  /** Hears how it goes, in lines that are clean of log commands and of the build's secrets. */
  readonly onProgress: (progress: BuildProgress) => void
}

export type BuildProgress =
  /** A step has ended well; `moved` is what it fetched or sent, in bytes. */
  | (BuildStep & { readonly kind: 'step'; readonly moved: number })
  /** A step goes on, and there was nothing else to tell for a while. */
  | { readonly kind: 'running'; readonly step: string; readonly seconds: number; readonly transfer?: Transfer }
  /** A step printed a line. */
  | { readonly kind: 'output'; readonly step: string; readonly line: string }
  /** The builder advises; `line` is that of the Dockerfile, counted from 1. */
  | { readonly kind: 'warning'; readonly message: string; readonly line?: number }

export interface BuildStep {
  readonly name: string
  readonly seconds: number
  readonly cached: boolean
}

/** A step of the build failed; `output` holds the last 50 lines that it printed. */
export class BuildFailedError extends Error {
  override readonly name = 'BuildFailedError'
  readonly step: string
  /** The engine's own words. */
  readonly reason: string
  readonly output: readonly string[]

  constructor(step: string, reason: string, output: readonly string[]) {
    super(`${shorten(step)}: ${reason}`)
    this.step = step
    this.reason = reason
    this.output = output
  }
}

/** A step can be a whole script; its beginning tells which one it is. */
export function shorten(step: string): string {
  return step.length <= longestName ? step : `${step.slice(0, longestName - 1)}…`
}

const longestName = 160
