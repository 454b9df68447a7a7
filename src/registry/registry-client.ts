import type { Registry } from '../check/registry.ts'
import { ConnectionError, type HttpClient, type HttpResponse, isLoopback } from '../http/http-client.ts'
import { type Digest, digestOf, isDigest } from '../model/digest.ts'
import { parseImageConfig } from '../model/image-config.ts'
import { entryFor, manifestMediaTypes, parseManifest } from '../model/manifest.ts'
import { type Mirrors, throughMirror } from '../model/mirrors.ts'
import { type Reference, withDigest } from '../model/reference.ts'
import { RegistryError } from './registry-error.ts'

/**
 * Reads images from registries by the OCI distribution API, through a registry's mirror where it has one.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * Everything throws RegistryError: only a 404 means that something is absent.
 */
export function registryClient(http: HttpClient, mirrors: Mirrors): Registry {
  async function ask(method: 'GET' | 'HEAD', original: Reference, path: 'manifests' | 'blobs'): Promise<HttpResponse> {
    const reference = throughMirror(original, mirrors)
    const scheme = isLoopback(reference.registry) ? 'http' : 'https'
    const name = reference.digest ?? reference.tag ?? 'latest'
    const url = `${scheme}://${apiHost(reference.registry)}/v2/${reference.repository}/${path}/${name}`
    const headers = path === 'manifests' ? { accept: manifestMediaTypes.join(', ') } : {}
    try {
      const response = await http({ method, url, headers })
      if (response.status === 200) return response
      throw RegistryError.ofResponse(reference, response)
    } catch (error) {
      throw error instanceof ConnectionError ? RegistryError.ofConnection(reference, error) : error
    }
  }

  /** The bytes behind a digest, checked against it. */
  async function fetchContent(reference: Reference, digest: Digest, path: 'manifests' | 'blobs'): Promise<string> {
    const { body } = await ask('GET', withDigest(reference, digest), path)
    if (digestOf(body) !== digest)
      throw RegistryError.ofContent(withDigest(reference, digest), 'its content has another digest')
    return body.toString('utf8')
  }

  async function fetchManifest(reference: Reference, digest: Digest) {
    const json = await fetchContent(reference, digest, 'manifests')
    return understand(withDigest(reference, digest), () => parseManifest(json))
  }

  return {
    async resolve(reference) {
      if (reference.digest !== undefined) return reference.digest
      const { headers } = await ask('HEAD', reference, 'manifests')
      const digest = headers['docker-content-digest']
      if (digest !== undefined && isDigest(digest)) return digest
      const { body } = await ask('GET', reference, 'manifests')
      // Without the header, only its form tells a manifest from a proxy's page.
      understand(reference, () => parseManifest(body.toString('utf8')))
      return digestOf(body)
    },

    async resolvePlatform(reference, digest, platform) {
      const manifest = await fetchManifest(reference, digest)
      if (manifest.kind === 'image') return digest
      return understand(reference, () => entryFor(manifest.entries, platform).digest)
    },

    async readConfig(reference, platformDigest) {
      const manifest = await fetchManifest(reference, platformDigest)
      if (manifest.kind === 'index') throw RegistryError.ofContent(reference, 'it is an image index in an image index')
      const json = await fetchContent(reference, manifest.config, 'blobs')
      return understand(reference, () => parseImageConfig(json))
    },
  }
}

/** Docker Hub answers at another host than its name. */
function apiHost(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry
}

/** Runs a parser; what it says is wrong with the content becomes a RegistryError that names the image. */
function understand<T>(reference: Reference, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw RegistryError.ofContent(reference, error instanceof Error ? error.message : String(error), { cause: error })
  }
}
