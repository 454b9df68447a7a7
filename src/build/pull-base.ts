import type { RegistryCredentials } from '../model/credentials.ts'
import type { BuildPlan } from '../model/build-record.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { throughMirror } from '../model/mirrors.ts'
import { formatPlatform, samePlatform } from '../model/platform.ts'
import { formatReference, withDigest } from '../model/reference.ts'
import type { Engine } from './engine.ts'
import type { Pin } from './pin-images.ts'
import { reportPull } from './report-pull.ts'

interface Outside {
  readonly engine: Pick<Engine, 'pull'>
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly log: Log
}

/** Pulls the base of a record by its digest, through the mirror of its registry, and names it as its pin says. */
export async function pullBase(
  { base, mirrors, platform }: BuildPlan,
  pin: Pin,
  { engine, credentialsFor, log }: Outside,
): Promise<LocalImage> {
  const reference = withDigest(throughMirror(base.reference, mirrors), base.digest)
  const forPlatform = samePlatform(pin.platform, platform) ? '' : ` for ${formatPlatform(pin.platform)}`
  log.info(`Pulling ${formatReference(reference)}${forPlatform}`)
  const started = performance.now()
  const credentials = await credentialsFor(reference.registry)
  const image = await engine.pull({
    reference,
    ...pin,
    ...(credentials && { credentials }),
    onProgress: reportPull(log),
  })
  log.info(`    pulled in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return image
}
