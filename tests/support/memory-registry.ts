import type { Registry } from '../../src/check/registry.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { ImageConfig } from '../../src/model/image-config.ts'
import { entryFor } from '../../src/model/manifest.ts'
import { formatPlatform, parsePlatform } from '../../src/model/platform.ts'
import { formatReference, type Reference } from '../../src/model/reference.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'

/** What is behind a tag: for each platform an environment, which stands for all that is in the image. */
export type PublishedPlatforms = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A registry of base images in memory. */
export interface MemoryRegistry extends Registry {
  /** Moves a tag to an image index of these platforms and gives its digest. */
  publish(reference: Reference, platforms: PublishedPlatforms): Digest
  /** The questions that were asked, oldest first. */
  readonly asked: readonly (keyof Registry)[]
}

export function memoryRegistry(): MemoryRegistry {
  const tags = new Map<string, Digest>()
  const indexes = new Map<Digest, PublishedPlatforms>()
  const configs = new Map<Digest, ImageConfig>()
  const asked: (keyof Registry)[] = []

  return {
    asked,
    publish(reference, platforms) {
      for (const [platform, environment] of Object.entries(platforms)) {
        const digest = platformDigestOf(platform, environment)
        configs.set(digest, {
          platform: parsePlatform(platform),
          labels: {},
          environment,
          layers: [`layer of ${digest}`],
          history: [],
        })
      }
      const digest = digestOf(JSON.stringify(platforms))
      indexes.set(digest, platforms)
      tags.set(formatReference(reference), digest)
      return digest
    },
    resolve(reference) {
      asked.push('resolve')
      return answer(reference, reference.digest ?? tags.get(formatReference(reference)))
    },
    resolvePlatform(reference, digest, platform) {
      asked.push('resolvePlatform')
      const platforms = indexes.get(digest)
      const own = configs.get(digest)?.platform
      const entries =
        platforms === undefined
          ? own && [{ platform: own, digest }]
          : Object.entries(platforms).map(([name, environment]) => {
              return { platform: parsePlatform(name), digest: platformDigestOf(name, environment) }
            })
      const found = entries && entryFor(entries, platform)?.digest
      if (entries === undefined || found !== undefined) return answer(reference, found)
      const available = entries.map((entry) => formatPlatform(entry.platform))
      return Promise.reject(
        new RegistryError(reference, { what: 'no-platform', wanted: formatPlatform(platform), available }),
      )
    },
    readConfig(reference, platformDigest) {
      asked.push('readConfig')
      return answer(reference, configs.get(platformDigest))
    },
  }
}

function platformDigestOf(platform: string, environment: Readonly<Record<string, string>>): Digest {
  return digestOf(`${formatPlatform(parsePlatform(platform))} ${JSON.stringify(environment)}`)
}

function answer<T>(reference: Reference, found: T | undefined): Promise<T> {
  return found === undefined
    ? Promise.reject(new Error(`Cannot read ${formatReference(reference)}: there is no such image.`))
    : Promise.resolve(found)
}
