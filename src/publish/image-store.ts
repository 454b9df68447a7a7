import type { RegistryCredentials } from '../model/credentials.ts'
import type { Digest } from '../model/digest.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Reference } from '../model/reference.ts'

/** The container engine, as far as publishing needs it. */
export interface ImageStore {
  inspect(name: string): Promise<LocalImage | undefined>
  /** Reads the image of this name from an archive file into the engine and gives its local names; refuses any other image. */
  load(archive: string, name: string): Promise<readonly string[]>
  /**
   * Pushes the local image `name` as `target` (which has a tag) and gives the digest that the registry stored.
   * Throws PushRefusedError where that fails; the tag that the push needed is removed from the engine again.
   */
  push(request: ImagePush): Promise<Digest>
}

export interface ImagePush {
  readonly name: string
  readonly target: Reference
  readonly credentials: RegistryCredentials
  /** Hears again and again how far the push is. */
  readonly onProgress?: (progress: PushProgress) => void
}

/** Bytes of the layers that the registry did not have yet; the total grows while the engine looks at them. */
export interface PushProgress {
  readonly sent: number
  readonly total: number
}

/** Why a push failed, as far as the engine lets that be known. */
export type Refusal =
  | 'unauthorized'
  | 'forbidden'
  | 'quota'
  /** Something between engine and registry answered with a page for people. */
  | 'web-page'
  /** Something between engine and registry takes no piece of that size. */
  | 'too-large'
  /** The registry does not take what the engine describes the image with. */
  | 'manifest-refused'
  | 'tag-frozen'
  | 'no-repository'
  | 'layer-missing'
  | 'busy'
  | 'registry-fault'
  | 'unreachable'
  | 'connection-cut'
  | 'disk-full'
  | 'unknown'

/** A push failed. */
export class PushRefusedError extends Error {
  override readonly name = 'PushRefusedError'
  /** What was attempted, `push registry/repository:tag`. */
  readonly operation: string
  readonly refusal: Refusal
  /** The registry's or the engine's own. */
  readonly words: string

  constructor(
    { operation, refusal, words }: Pick<PushRefusedError, 'operation' | 'refusal' | 'words'>,
    options?: ErrorOptions,
  ) {
    super(`${operation}: ${words}`, options)
    this.operation = operation
    this.refusal = refusal
    this.words = words
  }
}
