import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'

/** Why the platform image is not built as its record says. */
export type BuildFault =
  /** The folder is not the one that the check read. */
  | { readonly what: 'context-changed'; readonly context: string }
  /** The check watched another image than the Dockerfile at `path` names. */
  | { readonly what: 'other-base'; readonly watched: Reference; readonly path: string; readonly builtOn: string }
  /** The image's lowest layers are not the base's. */
  | { readonly what: 'not-on-base'; readonly watched: Reference }
  /** The image's labels say something else than was asked for. */
  | { readonly what: 'other-labels'; readonly labels: readonly string[] }
  /** What the digest names is for another platform. */
  | {
      readonly what: 'other-platform'
      readonly reference: Reference
      readonly wanted: Platform
      readonly found: Platform
    }

/** What would be built, or was built, is not what the record says. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
  readonly fault: BuildFault

  constructor(fault: BuildFault) {
    super(fault.what)
    this.fault = fault
  }
}
