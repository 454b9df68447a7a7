import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import type { RegistryProcess } from '../../sandbox/registry-process.ts'
import type { Registry } from '../../src/check/registry.ts'
import { ConnectionError, type HttpClient, httpClient } from '../../src/http/http-client.ts'
import { withRetries } from '../../src/http/retry.ts'
import { type Digest, digestOf, parseDigest } from '../../src/model/digest.ts'
import type { FailureKind } from '../../src/model/failure-kind.ts'
import { formatReference, parseReference, type Reference, withDigest } from '../../src/model/reference.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import type { SignInOptions } from '../../src/registry/sign-in.ts'
import { amd64, arm64 } from '../support/builders.ts'
import { reader, startGuardedRegistry, startOpenRegistry } from '../support/guarded-registry.ts'
import { type LoopbackServer, type Reaction, type SeenRequest, startServer } from '../support/loopback-server.ts'
import { memoryRegistry, type PublishedPlatforms } from '../support/memory-registry.ts'
import { registryContract } from '../support/registry-contract.ts'
import { pushTinyImage, putIndex, type Format, type TinyImage } from '../support/tiny-image.ts'
import { rejects, told } from '../support/problems.ts'

const readerProof = `Basic ${Buffer.from(`${reader.username}:${reader.password}`).toString('base64')}`

interface Target {
  readonly host: string
  readonly format: Format
  readonly authorization?: string
}

/** Pushes an index of tiny images, as an official base image is one. */
async function publish(
  { host, ...how }: Target,
  reference: Reference,
  platforms: PublishedPlatforms,
): Promise<{ digest: Digest; images: readonly TinyImage[] }> {
  const target = { registry: `http://${host}`, repository: reference.repository, ...how }
  const images: TinyImage[] = []
  for (const [platform, environment] of Object.entries(platforms)) {
    images.push(await pushTinyImage({ ...target, platform, environment }))
  }
  const { digest } = await putIndex({ ...target, images, ...(reference.tag !== undefined && { tag: reference.tag }) })
  return { digest: parseDigest(digest), images }
}

for (const format of ['docker', 'oci'] as const) {
  describe(`registryClient on a real registry with ${format} images`, () => {
    registryContract(async () => {
      const { real, stop } = await startOpenRegistry()
      return {
        registry: registryClient(httpClient(), { 'mcr.microsoft.com': real.host }),
        publish: async (reference, platforms) =>
          (await publish({ host: real.host, format }, reference, platforms)).digest,
        stop,
      }
    })
  })
}

describe('registryClient on a real registry that wants a password', () => {
  registryContract(async () => {
    const { real, stop } = await startGuardedRegistry()
    const target = { host: real.host, format: 'docker', authorization: readerProof } as const
    return {
      registry: registryClient(
        httpClient(),
        { 'mcr.microsoft.com': real.host },
        { credentials: (registry) => Promise.resolve(registry === real.host ? reader : undefined) },
      ),
      publish: async (reference, platforms) => (await publish(target, reference, platforms)).digest,
      stop,
    }
  })
})

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
  let guarded: RegistryProcess
  let stop: () => Promise<unknown>

  before(async () => {
    const [open, closed] = await Promise.all([startOpenRegistry(), startGuardedRegistry()])
    real = open.real
    guarded = closed.real
    stop = () => Promise.all([open.stop(), closed.stop()])
  })
  after(() => stop())

  it('asks one HEAD, without a body, for a tag that did not move', async () => {
    const reference = parseReference(`${real.host}/fresh:1`)
    const { digest } = await publish({ host: real.host, format: 'oci' }, reference, { 'linux/amd64': {} })
    const seen = await requestsOf(real, async () => {
      assert.equal(await registryClient(httpClient(), {}).resolve(reference), digest)
    })

    assert.deepEqual(seen, ['HEAD /v2/fresh/manifests/1 200'])
  })

  it('asks for each thing once where a tag moved, however often it is read', async () => {
    const reference = parseReference(`${real.host}/moved:1`)
    const target = { host: real.host, format: 'docker' } as const
    const { digest, images } = await publish(target, reference, { 'linux/amd64': { A: '1' }, 'linux/arm64/v8': {} })
    const [image] = images
    const registry = registryClient(httpClient(), {})

    const seen = await requestsOf(real, async () => {
      await registry.resolve(reference)
      const platformDigest = await registry.resolvePlatform(reference, digest, amd64)
      await registry.resolvePlatform(reference, digest, arm64)
      assert.deepEqual((await registry.readConfig(reference, platformDigest)).environment, { A: '1' })
      await registry.readConfig(reference, platformDigest)
    })

    assert.deepEqual(seen, [
      'HEAD /v2/moved/manifests/1 200',
      `GET /v2/moved/manifests/${digest} 200`,
      `GET /v2/moved/manifests/${image?.digest ?? ''} 200`,
      `GET /v2/moved/blobs/${image?.configDigest ?? ''} 200`,
    ])
  })

  it('signs in once', async () => {
    const reference = parseReference(`${guarded.host}/a/b:1`)
    const target = { host: guarded.host, format: 'oci', authorization: readerProof } as const
    const { digest } = await publish(target, reference, { 'linux/amd64': {} })
    const registry = registryClient(httpClient(), {}, { credentials: () => Promise.resolve(reader) })

    const seen = await requestsOf(guarded, async () => {
      await registry.resolve(reference)
      await registry.resolvePlatform(reference, digest, amd64)
    })

    assert.deepEqual(seen, [
      'HEAD /v2/a/b/manifests/1 401',
      'HEAD /v2/a/b/manifests/1 200',
      `GET /v2/a/b/manifests/${digest} 200`,
    ])
  })

  const refusals: readonly (readonly [what: string, options: SignInOptions, advice: RegExp])[] = [
    [
      'none are known',
      {},
      /: 401 UNAUTHORIZED\. The registry localhost:\d+ was asked without credentials\. Give some in the input "baseRegistryConnection", for ECR in the input "awsCredentials" or in Docker's configuration on the agent\. Check the input "registryMirrors"\.$/,
    ],
    [
      'the password is wrong',
      { credentials: () => Promise.resolve({ username: 'reader', password: 'wrong' }) },
      /: 401 UNAUTHORIZED\. The registry localhost:\d+ does not accept the credentials\. Check those in the input "baseRegistryConnection", for ECR in the input "awsCredentials" or in Docker's configuration on the agent\.$/,
    ],
  ]
  for (const [what, options, advice] of refusals) {
    it(`says where credentials come from where ${what}`, async () => {
      const reference = parseReference(`${guarded.host}/a/b:1`)

      await rejects(registryClient(httpClient(), {}, options).resolve(reference), {
        name: 'RegistryError',
        status: 401,
        message: advice,
      })
    })
  }

  it('asks for images of Docker Hub at its own host, over https', async () => {
    const urls: string[] = []
    const http: HttpClient = ({ url }) => {
      urls.push(url)
      return Promise.resolve({
        status: 200,
        headers: { 'docker-content-digest': digestOf('a') },
        body: Buffer.from(''),
      })
    }

    await registryClient(http, {}).resolve(parseReference('debian:12'))

    assert.deepEqual(urls, ['https://registry-1.docker.io/v2/library/debian/manifests/12'])
  })

  it('names the image and the next step where a tag is missing', async () => {
    const reference = parseReference(`${real.host}/a/b:gone`)
    const message = `Cannot read ${formatReference(reference)}: 404 MANIFEST_UNKNOWN. There is no such tag. Check the FROM of the Dockerfile or the input "baseImage".`

    const seen = await requestsOf(real, async () => {
      const resolved = registryClient(httpClient(), {}).resolve(reference)
      await rejects(resolved, { name: 'RegistryError', status: 404, kind: 'refusal', message })
    })

    assert.deepEqual(seen, ['HEAD /v2/a/b/manifests/gone 404', 'GET /v2/a/b/manifests/gone 404'])
  })
})

describe('registryClient on a registry that misbehaves', () => {
  let server: LoopbackServer
  let registry: Registry
  let react: (request: SeenRequest) => Reaction
  const reference = parseReference('mcr.microsoft.com/dotnet/aspnet:10.0')
  const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws'

  before(async () => {
    server = await startServer((request) => react(request))
  })
  beforeEach(() => {
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

  const methodsSince = (before: number) => server.requests.slice(before).map(({ method }) => method)

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

  const index = JSON.stringify({ manifests: [] })
  const doubts: readonly (readonly [what: string, head: Reaction])[] = [
    ['no digest', {}],
    ['something that is no digest', { headers: { 'docker-content-digest': 'sha256:1234' } }],
    ['the digest of another form', { headers: { 'docker-content-digest': digestOf('a'), 'content-type': schema1 } }],
    ['404', { status: 404 }],
    ['405', { status: 405 }],
    ...[307, 400, 401, 403, 406, 500, 501, 503].map((status) => [String(status), { status }] as const),
  ]
  for (const [what, head] of doubts) {
    it(`reads the manifest where HEAD gives ${what}, and no more than once`, async () => {
      react = ({ method }) => (method === 'HEAD' ? head : { body: index })
      const before = server.requests.length

      const digest = await registry.resolve(reference)

      assert.equal(digest, digestOf(index))
      assert.deepEqual(methodsSince(before), ['HEAD', 'GET'])
      await rejects(registry.resolvePlatform(reference, digest, amd64), { message: /no other platform/ })
      assert.deepEqual(methodsSince(before), ['HEAD', 'GET'])
    })
  }

  it('reads no manifest where HEAD gives 429', async () => {
    react = () => ({ status: 429 })
    const before = server.requests.length

    await rejects(registry.resolve(reference), { name: 'RegistryError', status: 429 })
    assert.deepEqual(methodsSince(before), ['HEAD'])
  })

  it('tells what the GET says where both are refused', async () => {
    react = ({ method }) =>
      method === 'HEAD' ? { status: 403 } : { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' }

    await rejects(registry.resolve(reference), {
      status: 404,
      message: /: 404 MANIFEST_UNKNOWN\. There is no such tag/,
    })
  })

  it('waits no second time for an outage that HEAD has waited out', async () => {
    react = () => ({ status: 503 })
    const before = server.requests.length
    const http = withRetries(httpClient(), { sleep: () => Promise.resolve(), random: () => 0, longestTotal: 1 })
    const patient = registryClient(http, { 'mcr.microsoft.com': server.host })

    await rejects(patient.resolve(reference), { status: 503, kind: 'outage' })
    const methods = methodsSince(before)
    assert.equal(methods.filter((method) => method === 'GET').length, 1)
  })

  it('follows a HEAD that storage refuses, since it signs for GET alone', async () => {
    const storage = await startServer(({ method }) => (method === 'HEAD' ? { status: 403 } : { body: index }))
    react = () => ({ status: 307, headers: { location: `${storage.url}/signed` } })

    assert.equal(await registry.resolve(reference), digestOf(index))
    await storage.stop()
  })

  it('says that another host wants credentials where a redirect led to it, and how to ask that host', async () => {
    const other = await startServer(() => ({ status: 401 }))
    react = ({ path }) => ({ status: 307, headers: { location: `${other.url}${path}` } })

    await rejects(registry.resolve(reference), {
      status: 401,
      message: new RegExp(
        `: 401\\. ${server.host} sends the request on to ${other.host}, which wants credentials, .* Add ${server.host}=${other.host} to the input "registryMirrors"\\. Give credentials for ${other.host}\\.$`,
      ),
    })
    await other.stop()
  })

  it('throws where the registry states another digest than that of the bytes', async () => {
    react = ({ method }) =>
      method === 'HEAD' ? { status: 405 } : { headers: { 'docker-content-digest': digestOf('a') }, body: index }

    await rejects(registry.resolve(reference), {
      name: 'RegistryError',
      fault: { what: 'other-bytes', digest: digestOf('a') },
      message:
        /: its content does not have the digest sha256:\w{64}\. Check the input "registryMirrors" and the agent's/,
    })
  })

  const page = '<html><body>Sign in</body></html>'
  it('takes a web page for no image, though it comes with 200', async () => {
    react = () => ({ headers: { 'content-type': 'text/html' }, body: page })

    await rejects(registry.resolve(reference), {
      name: 'RegistryError',
      message: /\/mcr\/dotnet\/aspnet:10\.0: a web page came instead of a manifest\. Check the input "registryMirrors"/,
    })
  })

  it('names the storage where a redirect led to it and it refuses', async () => {
    const storage = await startServer(() => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }))
    react = () => ({ status: 307, headers: { location: `${storage.url}/blob?sig=secret` } })

    await rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), {
      message: new RegExp(
        `: 403\\. That is the answer of ${storage.host}, where ${server.host} keeps its content\\. Check that the agent's network allows it\\.$`,
      ),
    })
    await storage.stop()
  })

  it('takes its credentials to no other port, where blobs are stored there', async () => {
    const config = JSON.stringify({ config: { Env: ['A=1'] }, rootfs: {} })
    const manifest = JSON.stringify({ config: { digest: digestOf(config) } })
    const storage = await startServer(() => ({ body: config }))
    react = ({ path, headers }) => {
      if (headers.authorization !== readerProof) return { status: 401, headers: { 'www-authenticate': 'Basic' } }
      return path.includes('/blobs/')
        ? { status: 307, headers: { location: `${storage.url}/blob` } }
        : { body: manifest }
    }
    const signing = registryClient(
      httpClient(),
      { 'mcr.microsoft.com': server.host },
      { credentials: () => Promise.resolve(reader) },
    )

    const { environment } = await signing.readConfig(reference, digestOf(manifest))

    assert.deepEqual(environment, { A: '1' })
    assert.deepEqual(
      storage.requests.map(({ headers }) => headers.authorization),
      [undefined],
    )
    assert.equal(server.requests.at(-1)?.headers.authorization, readerProof)
    await storage.stop()
  })

  it('refuses a manifest above 4 MiB and a configuration above 8 MiB', async () => {
    const manifest = JSON.stringify({ config: { digest: digestOf('config') } })
    react = ({ path }) => ({ body: path.includes('/blobs/') ? Buffer.alloc(8 * 2 ** 20 + 1) : manifest })

    await rejects(registry.readConfig(reference, digestOf(manifest)), {
      name: 'RegistryError',
      kind: 'refusal',
      fault: { what: 'too-large', host: server.host, maxBytes: 8 * 2 ** 20 },
      message: /: 127\.0\.0\.1:\d+ sends more than 8 MiB, which no image needs\. Check the input "registryMirrors"/,
    })
    react = () => ({ body: Buffer.alloc(4 * 2 ** 20 + 1) })
    await rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), { message: /more than 4 MiB/ })
  })

  it('asks again where the answer breaks off', async () => {
    let asked = 0
    react = ({ method }) => {
      if (method === 'HEAD') return {}
      return asked++ === 0
        ? { headers: { 'content-length': String(index.length) }, body: index.slice(0, 5), isCut: true }
        : { body: index }
    }
    const retries: string[] = []
    const patient = withRetries(httpClient(), {
      sleep: () => Promise.resolve(),
      onRetry: ({ because }) => retries.push(because),
    })

    const digest = await registryClient(patient, { 'mcr.microsoft.com': server.host }).resolve(reference)

    assert.equal(digest, digestOf(index))
    assert.deepEqual(retries, ['breaks off its answer (ECONNRESET)'])
  })

  const statuses: readonly (readonly [status: number, kind: FailureKind, message: RegExp])[] = [
    [301, 'refusal', /: 301 UNAUTHORIZED\. That is not a registry's answer\. Check the input "registryMirrors"/],
    [401, 'refusal', /: 401 UNAUTHORIZED\. The registry \S+ was asked without credentials\. Give some in the input/],
    [403, 'refusal', /: 403 UNAUTHORIZED\. The registry \S+ was asked without credentials/],
    [
      404,
      'refusal',
      /: 404 UNAUTHORIZED\. The registry does not have this content\. Check the input "registryMirrors"/,
    ],
    [429, 'outage', /: 429 UNAUTHORIZED\. The registry wants fewer requests\. Run again later\./],
    [500, 'outage', /: 500 UNAUTHORIZED\. Run again later\./],
    [503, 'outage', /: 503 UNAUTHORIZED\. Run again later\./],
  ]
  for (const [status, kind, message] of statuses) {
    it(`throws for ${String(status)} and ${kind === 'outage' ? 'advises' : 'does not advise'} to ask again`, async () => {
      const errors = [{ code: 'UNAUTHORIZED', message: 'text with a token=secret' }]
      react = () => ({ status, body: JSON.stringify({ errors }) })

      await assert.rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), (error: Error) => {
        assert.ok(error instanceof RegistryError)
        assert.deepEqual({ status: error.status, kind: error.kind }, { status, kind })
        assert.match(told(error), message)
        assert.ok(![told(error), error.message].some((text) => text.includes('secret')))
        return true
      })
    })
  }

  for (const reaction of ['reset', 'silence'] as const) {
    it(`throws where the answer is a ${reaction}`, async () => {
      react = () => reaction
      const impatient = registryClient(
        (request) => httpClient()({ ...request, timeout: reaction === 'silence' ? 100 : 10_000 }),
        {
          'mcr.microsoft.com': server.host,
        },
      )

      await rejects(impatient.resolve(reference), {
        name: 'RegistryError',
        status: undefined,
        kind: 'outage',
        message:
          /aspnet:10\.0: 127\.0\.0\.1:\d+ does not answer \(E[A-Z]+\)\. Check the input "registryMirrors" and the agent's network\. Run again later\.$/,
      })
    })
  }

  for (const [code, kind] of [
    ['ECONNREFUSED', 'outage'],
    ['ENOTFOUND', 'refusal'],
    ['CERT_HAS_EXPIRED', 'refusal'],
  ] as const) {
    it(`says that ${code} ${kind === 'outage' ? 'may pass' : 'stays'}`, async () => {
      const failing = registryClient(() => Promise.reject(new ConnectionError('m.example', code)), {})

      await rejects(failing.resolve(reference), { name: 'RegistryError', kind })
    })
  }

  it('trusts no manifest whose bytes have another digest', async () => {
    react = () => ({ body: JSON.stringify({ manifests: [] }) })

    await rejects(registry.resolvePlatform(reference, digestOf('a'), amd64), {
      name: 'RegistryError',
      fault: { what: 'other-bytes', digest: digestOf('a') },
      message: /its content does not have the digest sha256:/,
    })
  })

  it('trusts no configuration whose bytes have another digest', async () => {
    const [manifest = digestOf('')] = store({ config: { digest: digestOf('config') } })
    const fetched = react
    react = (request) => (request.path.includes('/blobs/') ? { body: '{}' } : fetched(request))

    await rejects(registry.readConfig(reference, manifest), {
      fault: { what: 'other-bytes', digest: digestOf('config') },
      message: /its content does not have the digest sha256:/,
    })
  })

  const junk: readonly (readonly [what: string, document: object, message: RegExp])[] = [
    [
      'an unknown document',
      { schemaVersion: 2, mediaType: 'application/vnd.example' },
      /: its media type, application\/vnd\.example, is not that of an image\. Check/,
    ],
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, /it is stored as a manifest of schema 1/],
  ]
  for (const [what, document, message] of junk) {
    it(`throws for ${what}`, async () => {
      const [digest = digestOf('')] = store(document)

      await rejects(registry.resolvePlatform(reference, digest, amd64), { name: 'RegistryError', message })
    })
  }

  it('throws for a configuration that is none', async () => {
    const [manifest = digestOf('')] = store({ config: { digest: digestOf('[]') } }, [])

    await rejects(registry.readConfig(reference, manifest), {
      name: 'RegistryError',
      message: /^Cannot read \S+@sha256:\w+: its configuration is not that of an image\. Check the FROM/,
    })
  })

  it('reads again what could not be read', async () => {
    const [digest = digestOf('')] = store({ manifests: [{ digest: digestOf('a'), platform: amd64 }] })
    const stored = react
    react = () => ({ status: 503 })
    await rejects(registry.resolvePlatform(reference, digest, amd64), { status: 503 })

    react = stored

    assert.equal(await registry.resolvePlatform(reference, digest, amd64), digestOf('a'))
  })

  it('throws for an index in an index', async () => {
    const inner = { manifests: [] }
    const outer = { manifests: [{ digest: digestOf(JSON.stringify(inner)), platform: amd64 }] }
    const [, digest = digestOf('')] = store(inner, outer)
    const platformDigest = await registry.resolvePlatform(reference, digest, amd64)

    await rejects(registry.readConfig(reference, platformDigest), {
      name: 'RegistryError',
      message: /it is an image index in an image index, which engines do not follow\. Choose another base image\.$/,
    })
  })

  describe('where an index does not state platforms', () => {
    const config = (platform: object) => ({ ...platform, rootfs: { diff_ids: [] } })
    const image = (configuration: object, fields: object = {}) => ({
      ...fields,
      config: { digest: digestOf(JSON.stringify(configuration)) },
    })
    const digestOfDocument = (document: object) => digestOf(JSON.stringify(document))

    it('learns them from the configurations, and reads no more than it needs', async () => {
      const documents = [arm64, amd64].flatMap((platform) => [config(platform), image(config(platform))])
      const wanted = digestOfDocument(image(config(amd64)))
      const manifests = documents
        .filter((document) => 'config' in document)
        .map((document) => ({ digest: digestOfDocument(document) }))
      const digest = store(...documents, { manifests }).at(-1) ?? digestOf('')

      assert.equal(await registry.resolvePlatform(reference, digest, amd64), wanted)
    })

    it('takes the only image among artifacts and attestations', async () => {
      const signature = image({}, { artifactType: 'application/vnd.example.signature' })
      const sbom = { config: { digest: digestOf('{}'), mediaType: 'application/vnd.oci.empty.v1+json' } }
      const only = image(config(amd64))
      const manifests = [
        { digest: digestOfDocument(signature) },
        { digest: digestOfDocument(sbom) },
        { digest: digestOf('typed'), artifactType: 'application/vnd.example.sbom' },
        { digest: digestOf('other'), mediaType: 'application/vnd.example+json' },
        { digest: digestOf('proof'), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
        { digest: digestOfDocument(only) },
      ]
      const digest = store(config(amd64), signature, sbom, only, { manifests }).at(-1) ?? digestOf('')

      assert.equal(await registry.resolvePlatform(reference, digest, amd64), digestOfDocument(only))
    })

    it('prefers the entry that states the platform, and reads none of the others', async () => {
      const manifests = [{ digest: digestOf('missing') }, { digest: digestOf('a'), platform: amd64 }]
      const [digest = digestOf('')] = store({ manifests })
      const before = server.requests.length

      assert.equal(await registry.resolvePlatform(reference, digest, amd64), digestOf('a'))
      assert.equal(server.requests.length - before, 1)
    })

    it('reads at most eight configurations, and says that there are more', async () => {
      const documents = Array.from({ length: 9 }, (_, index) => image(config(arm64), { annotations: { index } }))
      const manifests = documents.map((document) => ({ digest: digestOfDocument(document) }))
      const digest = store(config(arm64), ...documents, { manifests }).at(-1) ?? digestOf('')
      const before = server.requests.length

      await rejects(registry.resolvePlatform(reference, digest, amd64), {
        message: /it has no linux\/amd64, only linux\/arm64\/v8, .*linux\/arm64\/v8, one of no stated platform\./,
      })
      assert.equal(server.requests.length - before, 1 + 8 + 1)
    })
  })

  const deep = '['.repeat(500_000)
  for (const [what, body] of [
    ['unclosed', deep],
    ['closed', `{"config":${deep}${']'.repeat(500_000)}}`],
  ] as const) {
    it(`takes deep JSON for no image, ${what}`, async () => {
      react = () => ({ body })

      await rejects(registry.resolve(reference), { name: 'RegistryError', kind: 'refusal' })
    })
  }

  it('unpacks no more of a packed body than it may have', async () => {
    react = () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(64 * 2 ** 20)) })

    await rejects(registry.resolve(reference), { message: /sends more than 4 MiB, which no image needs/ })
  })

  it('names the platform that an index lacks', async () => {
    const [digest = digestOf('')] = store({
      manifests: [{ digest: digestOf('a'), platform: { os: 'unknown', architecture: 'unknown' } }],
    })

    await rejects(registry.resolvePlatform(withDigest(reference, digest), digest, amd64), {
      name: 'RegistryError',
      fault: { what: 'no-platform', wanted: 'linux/amd64', available: [] },
      message: /it has no linux\/amd64, and lists no other platform/,
    })
  })
})

/** What the registry was asked meanwhile, `HEAD /v2/a/manifests/1 200`. It writes its access log after each answer. */
async function requestsOf(registry: RegistryProcess, work: () => Promise<void>): Promise<readonly string[]> {
  const mark = async () => {
    const path = `/v2/?mark=${String(registry.requests.length)}`
    await fetch(`http://${registry.host}${path}`)
    let at = -1
    while (at === -1) {
      await new Promise((resolve) => setImmediate(resolve))
      at = registry.requests.findIndex((request) => request.path === path)
    }
    return at
  }
  const before = await mark()
  await work()
  const after = await mark()
  return registry.requests
    .slice(before + 1, after)
    .map(({ method, path, status }) => `${method} ${path} ${String(status)}`)
}
