import type { Digest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'

/** The repository of platform images, as far as the check needs it. */
export interface Releases {
  /** Every tag and the digest it stands on; undefined where the repository does not exist. */
  tags(): Promise<ReadonlyMap<string, Digest> | undefined>
  /** The configuration of an image; throws where the digest is an image index. */
  readConfig(digest: Digest): Promise<ImageConfig>
}
