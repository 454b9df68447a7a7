import type { Registry } from '../check/registry.ts'
import {
  ConnectionError,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  TooLargeError,
} from '../http/http-client.ts'
import { type Digest, digestOf, isDigest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'
import { entryFor, type IndexEntry, type Manifest, manifestMediaTypes, mostPlatformReads } from '../model/manifest.ts'
import { type Mirrors, throughMirror } from '../model/mirrors.ts'
import { formatPlatform, type Platform } from '../model/platform.ts'
import { formatReference, type Reference, withDigest } from '../model/reference.ts'
import { isOutageStatus } from '../http/outage.ts'
import { isLoopback } from '../model/safe-address.ts'
import { ContentError, isManifestType, readConfiguration, readManifestBody } from './read-content.ts'
import { readRefusal, RegistryError } from './registry-error.ts'
import { type SignInOptions, signingClient } from './sign-in.ts'

/** What is asked for, and the bytes that it may have at most: far above any real one. */
const manifests = { path: 'manifests', maxMebibytes: 4, headers: { accept: manifestMediaTypes.join(', ') } } as const
const blobs = { path: 'blobs', maxMebibytes: 8, headers: {} } as const

type Question = (typeof manifests | typeof blobs) & Pick<HttpRequest, 'isRepeatable'>

/**
 * Reads images from registries by the OCI distribution API, through a registry's mirror where it has one.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * Everything throws RegistryError: only a 404 to a GET means that something is absent.
 */
export function registryClient(http: HttpClient, mirrors: Mirrors, options: SignInOptions = {}): Registry {
  const send = signingClient(http, options)
  const knownManifests = new Map<string, Promise<Manifest>>()
  const knownConfigs = new Map<string, Promise<ImageConfig>>()

  async function ask(method: 'GET' | 'HEAD', place: Reference, what: Question) {
    const { path, maxMebibytes, ...request } = what
    const scheme = isLoopback(place.registry) ? 'http' : 'https'
    const name = place.digest ?? place.tag ?? 'latest'
    const url = `${scheme}://${apiHost(place.registry)}/v2/${place.repository}/${path}/${name}`
    try {
      return await send(place, { ...request, method, url, maxBytes: maxMebibytes * 1024 * 1024 })
    } catch (error) {
      if (error instanceof ConnectionError) throw new RegistryError(place, { what: 'unreachable', connection: error })
      if (!(error instanceof TooLargeError)) throw error
      const { host, maxBytes } = error
      throw new RegistryError(place, { what: 'too-large', host, maxBytes }, { cause: error })
    }
  }

  async function get(place: Reference, what: Question): Promise<HttpResponse> {
    const { response, hasCredentials } = await ask('GET', place, what)
    if (response.status !== 200) throw refusedError(place, response, hasCredentials)
    return response
  }

  /** The manifest behind a tag or a digest, its bytes checked against every digest that is known of them. */
  async function getManifest(
    place: Reference,
    what: Question = manifests,
  ): Promise<{ manifest: Manifest; digest: Digest }> {
    const { body, headers } = await get(place, what)
    const manifest = understand(place, () => readManifestBody(body, headers['content-type']))
    requireDigest(place, body, place.digest)
    requireDigest(place, body, headers['docker-content-digest'])
    return { manifest, digest: digestOf(body) }
  }

  function manifestBehind(place: Reference, digest: Digest): Promise<Manifest> {
    const exact = withDigest(place, digest)
    return once(knownManifests, exact, async () => (await getManifest(exact)).manifest)
  }

  async function readConfig(place: Reference, manifest: Manifest): Promise<ImageConfig> {
    if (manifest.kind === 'artifact') throw notAnImage(place)
    if (manifest.kind === 'index') throw new RegistryError(place, { what: 'content', fault: { is: 'nested-index' } })
    const config = withDigest(place, manifest.config)
    return once(knownConfigs, config, async () => {
      const { body } = await get(config, blobs)
      requireDigest(config, body, config.digest)
      return understand(config, () => readConfiguration(body))
    })
  }

  /** The images of an index, each with the platform that the index states or its own configuration tells. */
  async function learnPlatforms(place: Reference, entries: readonly IndexEntry[]): Promise<readonly IndexEntry[]> {
    const learned: IndexEntry[] = entries.filter(({ platform }) => platform !== undefined)
    const silent = entries.filter(({ platform }) => platform === undefined)
    for (const { digest } of silent.slice(0, mostPlatformReads)) {
      const manifest = await manifestBehind(place, digest)
      if (manifest.kind === 'artifact') continue
      const { platform } = await readConfig(withDigest(place, digest), manifest)
      learned.push({ digest, ...(platform && { platform }) })
    }
    return [...learned, ...silent.slice(mostPlatformReads)]
  }

  return {
    async resolve(reference) {
      if (reference.digest !== undefined) return reference.digest
      const place = throughMirror(reference, mirrors)
      const { response, hasCredentials } = await ask('HEAD', place, manifests)
      const stated = statedDigest(response)
      if (stated !== undefined) return stated
      if (response.status === tooManyRequests) throw refusedError(place, response, hasCredentials)

      // Only a GET makes any other answer certain: some registries and their storage know no HEAD, or refuse it, and
      // some have no answer to it for an image that they fetch first. An outage was waited out already.
      const isOutage = isOutageStatus(response.status)
      const { manifest, digest } = await getManifest(place, {
        ...manifests,
        ...(isOutage && { isRepeatable: false }),
      })
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
      if (manifest.kind === 'artifact') throw notAnImage(withDigest(place, digest))
      const stated = entryFor(manifest.entries, platform)
      const entries = stated === undefined ? await learnPlatforms(place, manifest.entries) : [stated]
      return requireEntry(withDigest(place, digest), entries, platform)
    },

    async readConfig(reference, platformDigest) {
      const place = withDigest(throughMirror(reference, mirrors), platformDigest)
      return readConfig(place, await manifestBehind(place, platformDigest))
    },
  }
}

/** Docker Hub answers at another host than its name. */
function apiHost(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry
}

/** A registry that wants fewer requests is not asked the same in another way. */
const tooManyRequests = 429

function notAnImage(place: Reference): RegistryError {
  return new RegistryError(place, { what: 'content', fault: { is: 'not-an-image' } })
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
  const available = entries.map(({ platform }) =>
    platform === undefined ? 'one of no stated platform' : formatPlatform(platform),
  )
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
