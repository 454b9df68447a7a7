import type { Digest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'

/** The registry of base images, as far as the check needs it. References are the original ones; mirrors are its matter. */
export interface Registry {
  /** What the tag names now, by one HEAD request. */
  resolve(reference: Reference): Promise<Digest>
  /** The manifest of one platform behind a digest; the digest itself where it stands for one platform only. */
  resolvePlatform(reference: Reference, digest: Digest, platform: Platform): Promise<Digest>
  /** The configuration of one platform's image. */
  readConfig(reference: Reference, platformDigest: Digest): Promise<ImageConfig>
}
