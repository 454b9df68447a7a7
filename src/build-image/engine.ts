import type { Builder, Transfer } from '../dockerfile-build/builder.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'

/** The container engine, as far as building a platform image needs it. */
export interface BuildEngine extends Builder {
  /**
   * Pulls one image and tags it `name`. `reference` has a digest; the engine checks the content against it. What was
   * not there before stays under a name of ours for the next run, until a newer one of `knownAs` comes.
   */
  pull(request: ImagePull): Promise<LocalImage>
}

export interface ImagePull {
  readonly reference: Reference
  /** What Dockerfiles call it, whatever mirror it comes from; default: the reference itself. */
  readonly knownAs?: Reference
  readonly platform: Platform
  readonly name: string
  readonly credentials?: RegistryCredentials
  /** Hears how far it is, often. */
  readonly onProgress?: (progress: Transfer) => void
}
