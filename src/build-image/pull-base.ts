import type { RegistryCredentials } from '../model/credentials.ts'
import type { BuildPlan } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { throughMirror } from '../model/mirrors.ts'
import { formatPlatform, type Platform, samePlatform } from '../model/platform.ts'
import { formatReference, type Reference, withDigest } from '../model/reference.ts'
import { BuildError } from './build-error.ts'
import type { BuildEngine } from './engine.ts'
import type { Pin } from './pin-images.ts'
import { reportPull } from './report-pull.ts'

export interface PullPorts {
  readonly engine: Pick<BuildEngine, 'pull'>
  /** The manifest of one platform behind the digest of an image index, read from where the image's registry is mirrored. */
  readonly resolvePlatform: (reference: Reference, digest: Digest, platform: Platform) => Promise<Digest>
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly log: Log
  /** Milliseconds; default: since the process began. */
  readonly clock?: () => number
}

/**
 * Pulls the base of a record for the platform of a pin, and names it as the pin says: by the digest of that platform's
 * manifest, since engines refuse to pull a second platform behind the digest of one index.
 */
export async function pullBase(
  { base, mirrors, platform }: BuildPlan,
  pin: Pin,
  { engine, resolvePlatform, credentialsFor, log, clock = () => performance.now() }: PullPorts,
): Promise<LocalImage> {
  const isOwn = samePlatform(pin.platform, platform)
  const digest = isOwn ? base.platformDigest : await resolvePlatform(base.reference, base.digest, pin.platform)
  const reference = withDigest(throughMirror(base.reference, mirrors), digest)
  log.info(`Pulling ${formatReference(reference)}${isOwn ? '' : ` for ${formatPlatform(pin.platform)}`}`)
  const started = clock()
  const credentials = await credentialsFor(reference.registry)
  const image = await engine.pull({
    reference,
    knownAs: base.reference,
    ...pin,
    ...(credentials && { credentials }),
    onProgress: reportPull(log, clock),
  })
  requirePlatform(image, pin.platform, reference)
  log.info(`    pulled in ${((clock() - started) / 1000).toFixed(1)} s`)
  return image
}

/** Engines take what a digest names, whatever platform they were asked for, and then the builder does not. */
function requirePlatform(image: LocalImage, wanted: Platform, reference: Reference): void {
  if (samePlatform(image.platform, wanted)) return
  throw new BuildError({ what: 'other-platform', reference, wanted, found: image.platform })
}
