import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RegistryProcess, startRegistry } from '../../sandbox/registry-process.ts'
import type { Registry } from '../../src/check/registry.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import { formatReference, parseReference, type Reference, withDigest } from '../../src/model/reference.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { amd64 } from '../support/builders.ts'
import { type LoopbackServer, type Reaction, type SeenRequest, startServer } from '../support/loopback-server.ts'
import { memoryRegistry, type PublishedPlatforms } from '../support/memory-registry.ts'
import { registryContract } from '../support/registry-contract.ts'
import { pushTinyImage, putIndex, type Format, type TinyImage } from '../support/tiny-image.ts'

/** Pushes an index of tiny images, as an official base image is one. */
async function publish(host: string, reference: Reference, platforms: PublishedPlatforms, format: Format) {
  const target = { registry: `http://${host}`, repository: reference.repository, format }
  const images: TinyImage[] = []
  for (const [platform, environment] of Object.entries(platforms)) {
    images.push(await pushTinyImage({ ...target, platform, environment }))
  }
  const { digest } = await putIndex({ ...target, images, ...(reference.tag !== undefined && { tag: reference.tag }) })
  return parseDigest(digest)
}

async function startRealRegistry() {
  const folder = await mkdtemp(join(tmpdir(), 'registry-client-'))
  const real = await startRegistry(folder)
  const stop = async () => {
    await real.stop()
    await rm(folder, { recursive: true })
  }
  return { real, stop }
}

for (const format of ['docker', 'oci'] as const) {
  describe(`registryClient on a real registry with ${format} images`, () => {
    registryContract(async () => {
      const { real, stop } = await startRealRegistry()
      return {
        registry: registryClient(httpClient(), { 'mcr.microsoft.com': real.host }),
        publish: (reference, platforms) => publish(real.host, reference, platforms, format),
        stop,
      }
    })
  })
}

describe('memoryRegistry', () => {
  registryContract(() => {
    const registry = memoryRegistry()
    return Promise.resolve({
      registry,
      publish: (reference, platforms) => Promise.resolve(registry.publish(reference, platforms)),
      stop: () => Promise.resolve(),
    })
  })
})

describe('registryClient', () => {
  let real: RegistryProcess
  let stop: () => Promise<void>

  before(async () => {
    ;({ real, stop } = await startRealRegistry())
  })
  after(() => stop())

  it('resolves a tag by one HEAD request', async () => {
    const reference = parseReference(`${real.host}/a/b:1`)
    const digest = await publish(real.host, reference, { 'linux/amd64': {} }, 'oci')
    const before = real.requests.length

    const resolved = await registryClient(httpClient(), {}).resolve(reference)

    assert.equal(resolved, digest)
    await untilLogged(real, before)
    assert.deepEqual(real.requests.slice(before), [{ method: 'HEAD', path: '/v2/a/b/manifests/1', status: 200 }])
  })

  it('names the image and the next step where a tag is missing', async () => {
    const reference = parseReference(`${real.host}/a/b:gone`)

    await assert.rejects(registryClient(httpClient(), {}).resolve(reference), {
      name: 'RegistryError',
      status: 404,
      isRetryable: false,
      message: `Cannot read ${formatReference(reference)}: 404. There is no such tag. Check the FROM of the Dockerfile, or the input "baseImage".`,
    })
  })
})

describe('registryClient on a registry that misbehaves', () => {
  let server: LoopbackServer
  let registry: Registry
  let react: (request: SeenRequest) => Reaction
  const reference = parseReference('mcr.microsoft.com/dotnet/aspnet:10.0')

  before(async () => {
    server = await startServer((request) => react(request))
    registry = registryClient(httpClient(), { 'mcr.microsoft.com': `${server.host}/mcr` })
  })
  after(() => server.stop())

  /** Answers with these documents under their digests; gives the digests. */
  function store(...documents: object[]) {
    const bodies = new Map(documents.map((document) => [digestOf(JSON.stringify(document)), JSON.stringify(document)]))
    react = ({ path }) => {
      const body = [...bodies].find(([digest]) => path.endsWith(digest))?.[1]
      return body === undefined ? { status: 404 } : { body }
    }
    return [...bodies.keys()]
  }

  it('asks for all four forms of a manifest at the mirror', async () => {
    react = () => ({ headers: { 'docker-content-digest': digestOf('a') } })

    await registry.resolve(reference)

    const seen = server.requests.at(-1)
    assert.equal(seen?.path, '/v2/mcr/dotnet/aspnet/manifests/10.0')
    assert.deepEqual(seen.headers.accept?.split(', '), [
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.docker.distribution.manifest.v2+json',
    ])
  })

  for (const header of [{}, { 'docker-content-digest': 'sha256:1234' }] as Record<string, string>[]) {
    it(`computes the digest where a HEAD has ${header['docker-content-digest'] ?? 'none'}`, async () => {
      const body = JSON.stringify({ manifests: [] })
      react = ({ method }) => (method === 'HEAD' ? { headers: header } : { body })

      assert.equal(await registry.resolve(reference), digestOf(body))
    })
  }

  const page = '<html><body>Sign in</body></html>'
  it('takes a web page for no image, though it comes with 200', async () => {
    react = () => ({ headers: { 'content-type': 'text/html' }, body: page })

    await assert.rejects(registry.resolve(reference), {
      name: 'RegistryError',
      message: /^Cannot read mcr\.microsoft\.com\/dotnet\/aspnet:10\.0: /,
    })
  })

  const statuses: readonly (readonly [status: number, isRetryable: boolean, message: RegExp])[] = [
    [301, false, /: 301 UNAUTHORIZED\. Run again later\./],
    [401, false, /: 401 UNAUTHORIZED\. The registry wants credentials\. Check the input "registryMirrors"\./],
    [403, false, /: 403 UNAUTHORIZED\. The registry wants credentials/],
    [404, false, /: 404 UNAUTHORIZED\. There is no such tag/],
    [429, true, /: 429 UNAUTHORIZED\. The registry wants fewer requests\. Run again later\./],
    [500, true, /: 500 UNAUTHORIZED\. Run again later\./],
    [503, true, /: 503 UNAUTHORIZED\. Run again later\./],
  ]
  for (const [status, isRetryable, message] of statuses) {
    it(`throws for ${String(status)} and ${isRetryable ? 'advises' : 'does not advise'} to ask again`, async () => {
      const errors = [{ code: 'UNAUTHORIZED', message: 'text with a token=secret' }]
      react = () => ({ status, body: JSON.stringify({ errors }) })

      await assert.rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), (error: Error) => {
        assert.equal(error.name, 'RegistryError')
        assert.deepEqual({ status, isRetryable }, pick(error))
        assert.match(error.message, message)
        assert.ok(!error.message.includes('secret'))
        return true
      })
    })
  }

  for (const reaction of ['reset', 'silence'] as const) {
    it(`throws where the answer is a ${reaction}`, async () => {
      react = () => reaction
      const impatient = registryClient((request) => httpClient()({ ...request, timeout: 200 }), {
        'mcr.microsoft.com': server.host,
      })

      await assert.rejects(impatient.resolve(reference), {
        name: 'RegistryError',
        status: undefined,
        message: /aspnet:10\.0: 127\.0\.0\.1:\d+ does not answer \(E[A-Z]+\)\. Check the input "registryMirrors"/,
      })
    })
  }

  it('trusts no manifest whose bytes have another digest', async () => {
    react = () => ({ body: JSON.stringify({ manifests: [] }) })

    await assert.rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), {
      name: 'RegistryError',
      message: /its content has another digest\.$/,
    })
  })

  it('trusts no configuration whose bytes have another digest', async () => {
    const [manifest = digestOf('')] = store({ config: { digest: digestOf('config') } })
    const fetched = react
    react = (request) => (request.path.includes('/blobs/') ? { body: '{}' } : fetched(request))

    await assert.rejects(registry.readConfig(reference, manifest), { message: /its content has another digest\.$/ })
  })

  const junk: readonly (readonly [what: string, document: object])[] = [
    ['an unknown document', { schemaVersion: 2, mediaType: 'application/vnd.example' }],
    ['schema 1', { schemaVersion: 1, fsLayers: [] }],
  ]
  for (const [what, document] of junk) {
    it(`throws for ${what}`, async () => {
      const [digest = digestOf('')] = store(document)

      await assert.rejects(registry.resolvePlatform(reference, digest, amd64), {
        name: 'RegistryError',
        message: /^Cannot read mcr\.microsoft\.com.*it is neither the manifest of an image nor an image index\.$/,
      })
    })
  }

  it('throws for what is no JSON', async () => {
    react = () => ({ body: page })

    await assert.rejects(registry.resolvePlatform(reference, digestOf(page), amd64), {
      name: 'RegistryError',
      message: /^Cannot read mcr\.microsoft\.com\/dotnet\/aspnet:10\.0@sha256/,
    })
  })

  it('throws for an index in an index', async () => {
    const inner = { manifests: [] }
    const outer = { manifests: [{ digest: digestOf(JSON.stringify(inner)), platform: amd64 }] }
    const [, digest = digestOf('')] = store(inner, outer)
    const platformDigest = await registry.resolvePlatform(reference, digest, amd64)

    await assert.rejects(registry.readConfig(reference, platformDigest), {
      name: 'RegistryError',
      message: /it is an image index in an image index/,
    })
  })

  it('names the platform that an index lacks', async () => {
    const [digest = digestOf('')] = store({
      manifests: [{ digest: digestOf('a'), platform: { os: 'unknown', architecture: 'unknown' } }],
    })

    await assert.rejects(registry.resolvePlatform(withDigest(reference, digest), digest, amd64), {
      name: 'RegistryError',
      message: /it has no linux\/amd64, and no other platform either/,
    })
  })
})

function pick(error: object): { status: unknown; isRetryable: unknown } {
  return {
    status: 'status' in error ? error.status : undefined,
    isRetryable: 'isRetryable' in error ? error.isRetryable : undefined,
  }
}

/** The registry writes its access log after the answer. */
async function untilLogged(registry: RegistryProcess, before: number): Promise<void> {
  while (registry.requests.length === before) await new Promise((resolve) => setImmediate(resolve))
}
