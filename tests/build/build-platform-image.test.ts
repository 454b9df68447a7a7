import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlatformImage, type BuildRequest } from '../../src/build/build-platform-image.ts'
import { recordLabels } from '../../src/model/build-record.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parseReference, withDigest } from '../../src/model/reference.ts'
import { aLocalImage, aRecord, aspnet } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine, type MemoryEngineOptions } from '../support/memory-engine.ts'

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
    const dockerfile = join(context, 'Dockerfile')
    await writeFile(dockerfile, text)
    const engine = memoryEngine(options)
    engine.offer(withDigest(record.base.reference, record.base.digest), base)
    const request: BuildRequest = { record, provenance, context, dockerfile, owner: 'owner' }
    return { request, outside: { engine, log: capturedLog() }, dockerfile }
  }

  it('builds on the checked base and writes the record into the labels', async () => {
    const { request, outside } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nRUN x\n')

    const { name, image } = await buildPlatformImage(request, outside)

    assert.equal(name, 'localhost/platform-image/image:owner')
    assert.deepEqual(image.labels, { vendor: 'Microsoft', ...recordLabels(request.record, provenance) })
    assert.deepEqual(image.layers.slice(0, -1), base.layers)
    assert.match(outside.log.lines.at(-1) ?? '', /^Built on mcr.*aspnet:10\.0 sha256:[0-9a-f]{12}, \.NET 10\.0\.14$/)
  })

  it('keeps the image, removes the local name of the base, and leaves the file as it is', async () => {
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n'
    const { request, outside, dockerfile } = await start(text)

    await buildPlatformImage(request, outside)

    assert.deepEqual(outside.engine.names, ['localhost/platform-image/image:owner'])
    assert.equal(await readFile(dockerfile, 'utf8'), text)
  })

  it('pulls the base and other images through the mirror of the record', async () => {
    const record = aRecord({ mirrors: { 'mcr.microsoft.com': 'm.example/mcr' } })
    const { request, outside } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', record)
    outside.engine.offer(
      withDigest(parseReference('m.example/mcr/dotnet/aspnet:10.0'), record.base.digest),
      aLocalImage({ environment: { ASPNET_VERSION: 'of the mirror' } }),
    )

    const { image } = await buildPlatformImage(request, outside)

    assert.equal(image.environment.ASPNET_VERSION, 'of the mirror')
  })

  it('takes a FROM without tag for latest, as the check does', async () => {
    const record = aRecord({
      base: { ...aRecord().base, reference: parseReference('docker.io/library/ubuntu:latest') },
    })
    const { request, outside } = await start('FROM ubuntu', record)

    const { image } = await buildPlatformImage(request, outside)

    assert.deepEqual(image.layers.slice(0, -1), base.layers)
  })

  it('builds on a digest that the Dockerfile pins', async () => {
    const reference = withDigest(aspnet, digestOf('pinned'))
    const record = aRecord({ base: { ...aRecord().base, reference, digest: digestOf('pinned') } })
    const { request, outside } = await start(`FROM mcr.microsoft.com/dotnet/aspnet:10.0@${digestOf('pinned')}`, record)

    const { image } = await buildPlatformImage(request, outside)

    assert.deepEqual(image.layers.slice(0, -1), base.layers)
  })

  const changed: readonly (readonly [what: string, text: string, found: RegExp])[] = [
    ['another tag', 'FROM mcr.microsoft.com/dotnet/aspnet:8.0', /is built on mcr\.microsoft\.com\/dotnet\/aspnet:8\.0/],
    ['scratch', 'FROM scratch', /is built on scratch/],
    ['a digest of its own', `FROM mcr.microsoft.com/dotnet/aspnet:10.0@${digestOf('x')}`, /is built on .*@sha256/],
  ]
  for (const [what, text, found] of changed) {
    it(`refuses a Dockerfile that names ${what} now`, async () => {
      const { request, outside } = await start(text)

      await assert.rejects(buildPlatformImage(request, outside), { message: found })
      assert.deepEqual(outside.engine.names, [])
    })
  }

  it('removes the base also where a step fails', async () => {
    const { request, outside } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', aRecord(), {
      failingStep: 'RUN x',
    })

    await assert.rejects(buildPlatformImage(request, outside), { name: 'BuildFailedError', step: 'RUN x' })
    assert.deepEqual(outside.engine.names, [])
  })

  it('throws where the base cannot be pulled', async () => {
    const { request, outside } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0')
    const gone = { ...request, record: aRecord({ base: { ...aRecord().base, digest: digestOf('gone') } }) }

    await assert.rejects(buildPlatformImage(gone, outside), { message: /^Cannot pull mcr/ })
  })

  it('refuses an image that does not stand on the layers of its base', async () => {
    const strayBase = aLocalImage({ layers: [digestOf('yesterday')] })
    const { request, outside } = await start('FROM mcr.microsoft.com/dotnet/aspnet:10.0', aRecord(), { strayBase })

    await assert.rejects(buildPlatformImage(request, outside), {
      message: /was not built on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0 as the check saw it/,
    })
  })
})
