import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BaseImages, prepareBaseImages } from '../../sandbox/base-images/base-images.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { type RegistryProcess, startRegistry } from '../../sandbox/registry-process.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { buildPlatformImage } from '../../src/build-image/build-platform-image.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { aBuildContext, aDockerfile, amd64, aRecord, aspnet } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'

describeOnEachEngine('an image whose base moved between check and build', ({ start }) => {
  let engine: Engine
  let registry: RegistryProcess
  let baseImages: BaseImages
  let folder: string

  before(async () => {
    engine = await start()
    registry = await startRegistry(join(stateFolder, 'base-registry'))
    baseImages = await prepareBaseImages({ folder: join(stateFolder, 'base-images'), registry, write: console.log })
    folder = await mkdtemp(join(tmpdir(), 'build-pinned-base-'))
  })
  after(async () => {
    try {
      await removeImagesOf(registry.host, engine.host)
    } finally {
      await Promise.all([registry.stop(), engine.stop(), rm(folder, { recursive: true })])
    }
  })

  it('runs on exactly the .NET version that the check saw', async () => {
    const mirrors = { 'mcr.microsoft.com': registry.host }
    const client = registryClient(httpClient(), mirrors)
    await baseImages.moveTags('10.0.13')
    const digest = await client.resolve(aspnet)
    const platformDigest = await client.resolvePlatform(aspnet, digest, amd64)
    await baseImages.moveTags('10.0.14')
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nUSER 1654\n'
    const dockerfile = aDockerfile(text, join(folder, 'Dockerfile'))
    await writeFile(dockerfile.path, dockerfile.text)

    const built = await buildPlatformImage(
      {
        record: aRecord({ base: { reference: aspnet, digest, platformDigest }, mirrors }),
        provenance: { run: 'project/1', created: new Date() },
        context: folder,
        dockerfile,
        owner: newOwner(new Date()),
      },
      {
        engine: dockerEngine({ environment: { DOCKER_HOST: engine.host } }),
        resolvePlatform: client.resolvePlatform.bind(client),
        credentialsFor: () => Promise.resolve(undefined),
        buildContext: aBuildContext(() => Promise.resolve('')),
        log: capturedLog(),
      },
    )

    assert.notEqual(await client.resolve(aspnet), digest)
    const run = ['run', '--rm', '--network', 'none', '--entrypoint', 'dotnet', built.name, '--list-runtimes']
    assert.match(await docker(engine.host, ...run), /^Microsoft\.AspNetCore\.App 10\.0\.13 /m)
    assert.equal(built.image.environment.ASPNET_VERSION, '10.0.13')
    await docker(engine.host, 'rmi', built.name)
  })
})
