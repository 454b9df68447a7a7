import type { Registry } from '../check/registry.ts'
import { ConnectionError, type HttpClient, type HttpResponse, TooLargeError } from '../http/http-client.ts'
import { type Digest, digestOf, isDigest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'
import { entryFor, type IndexEntry, type Manifest, manifestMediaTypes } from '../model/manifest.ts'
import { type Mirrors, throughMirror } from '../model/mirrors.ts'
import { formatPlatform, type Platform } from '../model/platform.ts'
import { formatReference, type Reference, withDigest } from '../model/reference.ts'
import { isLoopback } from '../model/safe-address.ts'
import { ContentError, isManifestType, readConfiguration, readManifestBody } from './read-content.ts'
import { readRefusal, RegistryError } from './registry-error.ts'
import { type SignInOptions, signingClient } from './sign-in.ts'

/** What is asked for, and the bytes that it may have at most: far above any real one. */
const manifests = { path: 'manifests', maxMebibytes: 4, headers: { accept: manifestMediaTypes.join(', ') } } as const
const blobs = { path: 'blobs', maxMebibytes: 8, headers: {} } as const

/** Answers to a HEAD that only a GET makes certain: some registries know no HEAD, or not for images they fetch first. */
const doubtfulStatuses: readonly number[] = [200, 400, 404, 405]

/**
 * Reads images from registries by the OCI distribution API, through a registry's mirror where it has one.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * Everything throws RegistryError: only a 404 to a GET means that something is absent.
 */
export function registryClient(http: HttpClient, mirrors: Mirrors, options: SignInOptions = {}): Registry {
  const send = signingClient(http, options)
  const knownManifests = new Map<string, Promise<Manifest>>()
  const knownConfigs = new Map<string, Promise<ImageConfig>>()

  async function ask(method: 'GET' | 'HEAD', place: Reference, what: typeof manifests | typeof blobs) {
    const { path, maxMebibytes, headers } = what
    const scheme = isLoopback(place.registry) ? 'http' : 'https'
    const name = place.digest ?? place.tag ?? 'latest'
    const url = `${scheme}://${apiHost(place.registry)}/v2/${place.repository}/${path}/${name}`
    try {
      return await send(place, { method, url, headers, maxBytes: maxMebibytes * 1024 * 1024 })
    } catch (error) {
      if (error instanceof ConnectionError) throw new RegistryError(place, { what: 'unreachable', connection: error })
      if (!(error instanceof TooLargeError)) throw error
      throw new RegistryError(place, { what: 'too-large', mebibytes: maxMebibytes }, { cause: error })
    }
  }

  async function get(place: Reference, what: typeof manifests | typeof blobs): Promise<HttpResponse> {
    const { response, hasCredentials } = await ask('GET', place, what)
    if (response.status !== 200) throw refusedError(place, response, hasCredentials)
    return response
  }

  /** The manifest behind a tag or a digest, its bytes checked against every digest that is known of them. */
  async function getManifest(place: Reference): Promise<{ manifest: Manifest; digest: Digest }> {
    const { body, headers } = await get(place, manifests)
    const manifest = understand(place, () => readManifestBody(body, headers['content-type']))
    requireDigest(place, body, place.digest)
    requireDigest(place, body, headers['docker-content-digest'])
    return { manifest, digest: digestOf(body) }
  }

  function manifestBehind(place: Reference, digest: Digest): Promise<Manifest> {
    const exact = withDigest(place, digest)
    return once(knownManifests, exact, async () => (await getManifest(exact)).manifest)
  }

  return {
    async resolve(reference) {
      if (reference.digest !== undefined) return reference.digest
      const place = throughMirror(reference, mirrors)
      const { response, hasCredentials } = await ask('HEAD', place, manifests)
      if (!doubtfulStatuses.includes(response.status)) throw refusedError(place, response, hasCredentials)
      const stated = statedDigest(response)
      if (stated !== undefined) return stated

      const { manifest, digest } = await getManifest(place)
      await once(knownManifests, withDigest(place, digest), () => Promise.resolve(manifest))
      return digest
    },

    async resolvePlatform(reference, digest, platform) {
      const place = throughMirror(reference, mirrors)
      const manifest = await manifestBehind(place, digest)
      if (manifest.kind === 'image') {
        const { platform: own } = await this.readConfig(reference, digest)
        return requireEntry(withDigest(place, digest), own === undefined ? [] : [{ digest, platform: own }], platform)
      }
      return requireEntry(withDigest(place, digest), manifest.entries, platform)
    },

    async readConfig(reference, platformDigest) {
      const place = withDigest(throughMirror(reference, mirrors), platformDigest)
      const manifest = await manifestBehind(place, platformDigest)
      if (manifest.kind === 'index') {
        throw new RegistryError(place, { what: 'content', fault: { is: 'nested-index' } })
      }
      const config = withDigest(place, manifest.config)
      return once(knownConfigs, config, async () => {
        const { body } = await get(config, blobs)
        requireDigest(config, body, config.digest)
        return understand(config, () => readConfiguration(body))
      })
    },
  }
}

/** Docker Hub answers at another host than its name. */
function apiHost(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry
}

/** The digest that a HEAD gives for an image. */
function statedDigest({ status, headers }: HttpResponse): Digest | undefined {
  const digest = headers['docker-content-digest']
  const isImage = status === 200 && isManifestType(headers['content-type'])
  return isImage && digest !== undefined && isDigest(digest) ? digest : undefined
}

/** Throws where the bytes have another digest than the one that was asked for, or that the registry states. */
function requireDigest(place: Reference, body: Buffer, digest: string | undefined): void {
  if (digest === undefined || !isDigest(digest) || digestOf(body) === digest) return
  throw new RegistryError(place, { what: 'other-bytes', digest })
}

/** Reads what is behind a digest once, since it never changes; what failed is read again. */
function once<T>(known: Map<string, Promise<T>>, place: Reference, read: () => Promise<T>): Promise<T> {
  const key = formatReference(place)
  const reading = known.get(key) ?? read()
  known.set(key, reading)
  reading.catch(() => known.delete(key))
  return reading
}

function refusedError(place: Reference, response: HttpResponse, hasCredentials: boolean): RegistryError {
  const { redirectedTo } = response
  const refusal = readRefusal(response, hasCredentials)
  return new RegistryError(place, { what: 'refused', ...refusal, ...(redirectedTo !== undefined && { redirectedTo }) })
}

/** The digest of the platform's image; throws RegistryError with the platforms there are. */
function requireEntry(place: Reference, entries: readonly IndexEntry[], platform: Platform): Digest {
  const entry = entryFor(entries, platform)
  if (entry !== undefined) return entry.digest
  const available = entries.map((candidate) => formatPlatform(candidate.platform))
  throw new RegistryError(place, { what: 'no-platform', wanted: formatPlatform(platform), available })
}

/** Runs a parser; what it says is wrong with the content becomes a RegistryError that names the image. */
function understand<T>(place: Reference, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ContentError)) throw error
    throw new RegistryError(place, { what: 'content', fault: error.fault }, { cause: error })
  }
}
