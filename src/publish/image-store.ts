import type { RegistryCredentials } from '../model/credentials.ts'
import type { Digest } from '../model/digest.ts'
import type { Reference } from '../model/reference.ts'
import type { LocalImage } from '../model/local-image.ts'

/** The container engine, as far as publishing needs it. */
export interface ImageStore {
  inspect(name: string): Promise<LocalImage | undefined>
  /**
   * Pushes the local image `name` as `target` (which has a tag) and gives the digest that the registry stored.
   * Throws PushRefusedError where the registry says no; the tag that the push needed is removed from the engine again.
   */
  push(request: ImagePush): Promise<Digest>
}

export interface ImagePush {
  readonly name: string
  readonly target: Reference
  readonly credentials: RegistryCredentials
}

/** The registry refused a push, in its own words. */
export class PushRefusedError extends Error {
  override readonly name = 'PushRefusedError'
}
