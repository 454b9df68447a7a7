import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlatformImage, type BuildRequest, type LayerCache } from '../../src/build-image/build-platform-image.ts'
import { ContextError } from '../../src/build-context/context-error.ts'
import type { ImagePull } from '../../src/build-image/engine.ts'
import { recordLabels } from '../../src/model/build-record.ts'
import { digestOf } from '../../src/model/digest.ts'
import { formatPlatform, type Platform } from '../../src/model/platform.ts'
import type { Reason } from '../../src/model/verdict.ts'
import { parseReference, withDigest } from '../../src/model/reference.ts'
import { aBuildContext, aDockerfile, aLocalImage, aRecord, arm64, aspnet } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine, type MemoryEngineOptions } from '../support/memory-engine.ts'
import { rejects } from '../support/problems.ts'

describe('buildPlatformImage', () => {
  const base = aLocalImage({ labels: { vendor: 'Microsoft' }, environment: { ASPNET_VERSION: '10.0.14' } })
  const provenance = { run: 'project/1', created: new Date('2026-11-23T12:00:00Z'), revision: 'abc' }
  let context: string

  before(async () => {
    context = await mkdtemp(join(tmpdir(), 'build-platform-image-'))
  })
  after(() => rm(context, { recursive: true }))

  /** An engine that can pull the base of the record, and a request for a Dockerfile with this text. */
  async function start(text: string, record = aRecord(), options: MemoryEngineOptions = {}) {
    const dockerfile = aDockerfile(text, join(context, 'Dockerfile'))
    await writeFile(dockerfile.path, text)
    const engine = memoryEngine(options)
    engine.offer(withDigest(record.base.reference, record.base.platformDigest), base)
    engine.offer(withDigest(record.base.reference, digestOf('base arm64')), { ...base, platform: arm64 })
    const request: BuildRequest = { record, provenance, context, dockerfile, owner: 'owner' }
    const buildContext = aBuildContext(() => Promise.resolve('v1:now'))
    const credentialsFor = () => Promise.resolve(undefined)
    const resolvePlatform = (_: unknown, index: string, { architecture }: Platform) => {
      assert.equal(index, record.base.digest)
      return Promise.resolve(digestOf(`base ${architecture}`))
    }
    const ports = { engine, resolvePlatform, buildContext, credentialsFor, log: capturedLog() }
    return { request, ports, dockerfile }
  }

  it('builds on the checked base and writes the record into the labels', async () => {
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nRUN x\n')

    const { name, image } = await buildPlatformImage(request, ports)

    assert.equal(name, 'localhost/platform-image/image:owner')
    assert.deepEqual(image.labels, { vendor: 'Microsoft', ...recordLabels(request.record, provenance) })
    assert.deepEqual(image.layers.slice(0, -1), base.layers)
    assert.match(
      ports.log.lines.at(-1) ?? '',
      /^Built on mcr.*aspnet:10\.0 sha256:[0-9a-f]{12}, \.NET 10\.0\.14, 1\.0 kB$/,
    )
  })

  it('keeps the image, removes the local name of the base, and leaves the file as it is', async () => {
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n'
    const { request, ports, dockerfile } = await start(text)

    await buildPlatformImage(request, ports)

    assert.deepEqual(ports.engine.names, ['localhost/platform-image/image:owner'])
    assert.equal(await readFile(dockerfile.path, 'utf8'), text)
  })

  it('pulls the base and other images through the mirror of the record', async () => {
    const record = aRecord({ mirrors: { 'mcr.microsoft.com': 'm.example/mcr' } })
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', record)
    ports.engine.offer(
      withDigest(parseReference('m.example/mcr/dotnet/aspnet:10.0'), record.base.platformDigest),
      aLocalImage({ environment: { ASPNET_VERSION: 'of the mirror' } }),
    )

    const { image } = await buildPlatformImage(request, ports)

    assert.equal(image.environment.ASPNET_VERSION, 'of the mirror')
  })

  it('pulls from where the mirror leads with the credentials of that host', async () => {
    const record = aRecord({ mirrors: { 'mcr.microsoft.com': 'm.example/mcr' } })
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', record)
    const mirrored = withDigest(parseReference('m.example/mcr/dotnet/aspnet:10.0'), record.base.platformDigest)
    ports.engine.offer(mirrored, base)
    const credentialsFor = (registry: string) => Promise.resolve({ username: registry, password: 'secret' })
    const pulls: ImagePull[] = []
    const pull = (request: ImagePull) => {
      pulls.push(request)
      return ports.engine.pull(request)
    }

    await buildPlatformImage(request, { ...ports, engine: { ...ports.engine, pull }, credentialsFor })

    assert.deepEqual(
      pulls.map(({ credentials }) => credentials),
      [{ username: 'm.example', password: 'secret' }],
    )
    assert.ok(!ports.log.lines.join().includes('secret'))
  })

  it('takes a FROM without tag for latest, as the check does', async () => {
    const record = aRecord({
      base: { ...aRecord().base, reference: parseReference('docker.io/library/ubuntu:latest') },
    })
    const { request, ports } = await start('FROM ubuntu', record)

    const { image } = await buildPlatformImage(request, ports)

    assert.deepEqual(image.layers.slice(0, -1), base.layers)
  })

  it('builds on a digest that the Dockerfile pins', async () => {
    const reference = withDigest(aspnet, digestOf('pinned'))
    const record = aRecord({ base: { ...aRecord().base, reference, digest: digestOf('pinned') } })
    const { request, ports } = await start(`FROM mcr.microsoft.com/dotnet/aspnet:10.0@${digestOf('pinned')}`, record)

    const { image } = await buildPlatformImage(request, ports)

    assert.deepEqual(image.layers.slice(0, -1), base.layers)
  })

  it('builds the target and the arguments of the record, on the base that they lead to', async () => {
    const record = aRecord({ target: 'final', buildArguments: { TAG: '10.0' } })
    const text = 'ARG TAG=8.0\nFROM mcr.microsoft.com/dotnet/aspnet:$TAG AS final\nFROM a.example/test AS test\n'
    const { request, ports } = await start(text, record)

    const { image } = await buildPlatformImage(request, ports)

    assert.deepEqual(image.layers.slice(0, -1), base.layers)
  })

  describe('from scratch', () => {
    const watched = 'mcr.microsoft.com/dotnet/aspnet:10.0'

    it('pins the watched image where it lends files, and stands on no layers', async () => {
      const { request, ports } = await start(`FROM scratch\nCOPY --from=${watched} /usr /usr\n`)

      const { image } = await buildPlatformImage(request, ports)

      assert.equal(image.layers.length, 1)
      assert.deepEqual(image.labels, recordLabels(request.record, provenance))
      assert.deepEqual(ports.engine.names, ['localhost/platform-image/image:owner'])
    })

    it('pins it also in another stage', async () => {
      const { request, ports } = await start(`FROM ${watched} AS files\nFROM scratch\nCOPY --from=files /usr /usr\n`)

      const { image } = await buildPlatformImage(request, ports)

      assert.equal(image.layers.length, 1)
    })

    it('is refused where nothing names the watched image, before anything is pulled', async () => {
      const { request, ports } = await start('FROM scratch\nCOPY --from=a.example/other /usr /usr\n')

      await rejects(buildPlatformImage(request, ports), {
        message: /watched mcr\.microsoft\.com\/dotnet\/aspnet:10\.0, but .* is built on scratch, and does not name it/,
      })
      assert.deepEqual(ports.log.lines, [])
    })
  })

  describe('by the context hash of the record', () => {
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n'

    it('builds where the context is what the check saw', async () => {
      const { request, ports } = await start(text, aRecord({ contextHash: 'v1:now' }))

      const { image } = await buildPlatformImage(request, ports)

      assert.equal(image.labels['platform-image.context-hash'], 'v1:now')
    })

    it('refuses a record whose digest is an image of another platform', async () => {
      const record = aRecord({ base: { ...aRecord().base, platformDigest: digestOf('base arm64') } })
      const { request, ports } = await start(text, record)

      await rejects(buildPlatformImage(request, ports), {
        message:
          /^Cannot build on mcr\S+aspnet:10\.0@sha256:[0-9a-f]+ for linux\/amd64: it is an image for linux\/arm64\/v8\. Run the check again/,
      })
      assert.deepEqual(ports.engine.names, [])
    })

    it('refuses a context that changed since, before anything is pulled', async () => {
      const { request, ports } = await start(text, aRecord({ contextHash: 'v1:before' }))

      await rejects(buildPlatformImage(request, ports), {
        message: /^The context \S+ changed after the check read it,.*Run the pipeline again/,
      })
      assert.deepEqual(ports.log.lines, [])
      assert.deepEqual(ports.engine.names, [])
    })

    it('refuses a context that changed during the pull or the build, and keeps no image of it', async () => {
      const { request, ports } = await start(text, aRecord({ contextHash: 'v1:now' }))
      const buildContext = aBuildContext(() =>
        Promise.resolve(ports.engine.builds.length === 0 ? 'v1:now' : 'v1:later'),
      )

      await rejects(buildPlatformImage(request, { ...ports, buildContext }), {
        message: /^The context \S+ changed after the check read it/,
      })
      assert.deepEqual(ports.engine.names, [])
    })

    it('names what cannot be sent before anything is pulled', async () => {
      const { request, ports } = await start(text)
      const unreadable = new ContextError({ doing: 'list', path: context, reason: 'EACCES' })
      const list = () => Promise.reject(unreadable)
      const buildContext = { ...ports.buildContext, list }

      await assert.rejects(buildPlatformImage(request, { ...ports, buildContext }), unreadable)
      assert.deepEqual(ports.engine.pulls, [])
    })

    it('reads no context where the check read none', async () => {
      const { request, ports } = await start(text)
      const buildContext = aBuildContext(() => Promise.reject(new Error('The context was read.')))

      const { image } = await buildPlatformImage(request, { ...ports, buildContext })

      assert.equal(image.labels['platform-image.context-hash'], '')
    })
  })

  it('gives the build what the form adds, and lets nothing take the place of the record', async () => {
    const { request, ports } = await start(
      'FROM mcr.microsoft.com/dotnet/aspnet:10.0',
      aRecord({ buildArguments: { A: '1' } }),
    )
    const added = {
      buildArguments: { COMMIT: 'abc' },
      secrets: { nuget: 'geheim' },
      labels: { team: 'platform', 'platform-image.line': 'another' },
    }

    const { image } = await buildPlatformImage({ ...request, ...added }, ports)

    const [build] = ports.engine.builds
    assert.deepEqual(build?.buildArguments, { A: '1', COMMIT: 'abc' })
    assert.deepEqual(build.secrets, { nuget: 'geheim' })
    assert.equal(image.labels.team, 'platform')
    assert.equal(image.labels['platform-image.line'], 'platform/aspnet:10.0-noble')
  })

  const caches: readonly (readonly [layerCache: LayerCache | undefined, reason: Reason, isIgnored: boolean])[] = [
    [undefined, 'base-moved', false],
    [undefined, 'forced', true],
    ['auto', 'max-age', true],
    ['auto', 'context-changed', false],
    ['use', 'forced', false],
    ['ignore', 'base-moved', true],
  ]
  for (const [layerCache, reason, isIgnored] of caches) {
    it(`${isIgnored ? 'ignores' : 'uses'} kept layers with ${layerCache ?? 'nothing said'} for ${reason}`, async () => {
      const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', aRecord({ reason }))

      await buildPlatformImage({ ...request, ...(layerCache && { layerCache }) }, ports)

      assert.equal(ports.engine.builds[0]?.ignoreCache, isIgnored)
    })
  }

  it("gives a stage of another platform that platform's own base, and removes both names", async () => {
    const text =
      'FROM --platform=linux/arm64 mcr.microsoft.com/dotnet/aspnet:10.0 AS other\nFROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY --from=other a b\n'
    const { request, ports } = await start(text)

    const { base: stoodOn } = await buildPlatformImage(request, ports)

    assert.deepEqual(
      ports.engine.pulls.map(({ name, platform, reference }) => [name, formatPlatform(platform), reference.digest]),
      [
        ['localhost/platform-image/base:owner.linux-arm64-v8', 'linux/arm64/v8', digestOf('base arm64')],
        ['localhost/platform-image/base:owner', 'linux/amd64', digestOf('base amd64')],
      ],
    )
    assert.equal(stoodOn, base)
    assert.deepEqual(ports.engine.names, ['localhost/platform-image/image:owner'])
  })

  it("builds for the engine's own machine on its own base", async () => {
    const { request, ports } = await start('FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/aspnet:10.0\n')

    await buildPlatformImage(request, ports)

    assert.deepEqual(
      ports.engine.pulls.map(({ name }) => name),
      ['localhost/platform-image/base:owner'],
    )
  })

  it('puts the base in place of a FROM that nobody can resolve', async () => {
    const { request, ports } = await start('ARG BASE\nFROM $BASE\n')

    await buildPlatformImage(request, ports)

    assert.equal(ports.engine.builds[0]?.dockerfileText, 'ARG BASE\nFROM localhost/platform-image/base:owner\n')
  })

  it('refuses, before anything is pulled, what needs a newer engine', async () => {
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nRUN <<EOF\necho\nEOF\n'
    const { request, ports } = await start(text, aRecord(), { version: '20.10.24' })

    await rejects(buildPlatformImage(request, ports), { message: /needs engine 23 or later/ })
    assert.deepEqual(ports.engine.pulls, [])
  })

  it('folds the build under the name of its file, and tells of the base by its own name', async () => {
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0\n')

    const { steps } = await buildPlatformImage(request, ports)

    assert.deepEqual(
      ports.log.groups.map(({ title }) => title),
      [`Build of ${request.dockerfile.path}`],
    )
    assert.equal(steps.length, 1)
    assert.doesNotMatch(ports.log.lines.join(), /localhost/)
  })

  const changed: readonly (readonly [what: string, text: string, found: RegExp])[] = [
    ['another tag', 'FROM mcr.microsoft.com/dotnet/aspnet:8.0', /is built on mcr\.microsoft\.com\/dotnet\/aspnet:8\.0/],
    ['scratch', 'FROM scratch', /is built on scratch/],
    ['a digest of its own', `FROM mcr.microsoft.com/dotnet/aspnet:10.0@${digestOf('x')}`, /is built on .*@sha256/],
  ]
  for (const [what, text, found] of changed) {
    it(`refuses a Dockerfile that names ${what} now`, async () => {
      const { request, ports } = await start(text)

      await rejects(buildPlatformImage(request, ports), { message: found })
      assert.deepEqual(ports.engine.names, [])
    })
  }

  it('removes the base also where a step fails', async () => {
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', aRecord(), {
      failingStep: 'RUN x',
    })

    await rejects(buildPlatformImage(request, ports), { name: 'BuildFailedError', step: 'RUN x' })
    assert.deepEqual(ports.engine.names, [])
  })

  it('throws where the base cannot be pulled', async () => {
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0')
    const gone = { ...request, record: aRecord({ base: { ...aRecord().base, platformDigest: digestOf('gone') } }) }

    await rejects(buildPlatformImage(gone, ports), { message: /^Cannot pull mcr/ })
  })

  it('refuses an image that does not stand on the layers of its base', async () => {
    const strayBase = aLocalImage({ layers: [digestOf('yesterday')] })
    const { request, ports } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', aRecord(), { strayBase })

    await rejects(buildPlatformImage(request, ports), {
      message: /was not built on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0 as the check saw it/,
    })
  })
})
