import type { Digest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'

/** The repository of platform images, as far as the check needs it. */
export interface Releases {
  /** Undefined where the repository does not exist. */
  list(): Promise<Listing | undefined>
  /** The configuration of an image; throws UnreadableImageError where it is none, another Error for an image index. */
  readConfig(digest: Digest): Promise<ImageConfig>
  /** Whether the repository's settings keep a tag where it is. */
  isFrozen(tag: string): Promise<boolean>
  /** The filter that keeps this tag where it is, in a repository whose tags move otherwise. */
  freezingFilter(tag: string): Promise<string | undefined>
}

/** All that a repository holds under a tag. */
export interface Listing {
  /** Every tag and the digest it stands on, those of archived images included. */
  readonly tags: ReadonlyMap<string, Digest>
  /** When each image was pushed first; tags that it got later do not change that. */
  readonly pushedAt: ReadonlyMap<Digest, Date>
}
