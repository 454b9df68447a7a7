import assert from 'node:assert/strict'
import { join } from 'node:path'
import {
  chiseledTag,
  movingTags,
  nextRelease,
  prepareBaseImages,
  type BaseImages,
} from '../../sandbox/base-images/base-images.ts'
import { mediaTypes } from '../../sandbox/base-images/registry-writer.ts'
import { startEngine, type Engine } from '../../sandbox/engine.ts'
import { startRegistry, type RegistryProcess } from '../../sandbox/registry-process.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'

describe('prepareBaseImages', () => {
  let engine: Engine
  let registry: RegistryProcess
  let baseImages: BaseImages

  before(async () => {
    engine = await startEngine(join(stateFolder, 'engine'))
    registry = await startRegistry(join(stateFolder, 'base-registry'))
    baseImages = await prepare()
  })

  after(async () => {
    try {
      await removeImagesOf(registry.host, engine.host)
    } finally {
      await registry.stop()
      await engine.stop()
    }
  })

  beforeEach(async () => {
    await baseImages.moveTags('10.0.13')
  })

  it('makes nothing twice, and puts the moving tags back', async () => {
    const before = await digestOf('dotnet/aspnet', '10.0')
    await baseImages.moveTags('10.0.14')
    const lines: string[] = []

    await prepare((line) => lines.push(line))

    assert.deepEqual(lines, [])
    assert.equal(await digestOf('dotnet/aspnet', '10.0'), before)
  })

  for (const repository of ['dotnet/runtime-deps', 'dotnet/runtime', 'dotnet/aspnet', 'dotnet/sdk']) {
    it(`gives ${repository} an index of two platforms behind all moving tags`, async () => {
      const digests = await Promise.all(movingTags.map((tag) => digestOf(repository, tag)))
      const index = await indexOf(repository, '10.0')

      assert.equal(new Set(digests).size, 1)
      assert.equal(index.mediaType, mediaTypes.index)
      assert.deepEqual(
        index.manifests.map(({ platform }) => platform),
        [
          { os: 'linux', architecture: 'amd64' },
          { os: 'linux', architecture: 'arm64', variant: 'v8' },
        ],
      )
    })
  }

  it('has the .NET version in the image that the tag says, before and after a move', async () => {
    const before = await inContainer('dotnet/aspnet', 'dotnet --list-runtimes')
    await baseImages.moveTags('10.0.14')
    const after = await inContainer('dotnet/aspnet', 'dotnet --list-runtimes; echo $DOTNET_VERSION $ASPNET_VERSION')

    assert.match(before, /^Microsoft.AspNetCore.App 10\.0\.13 .*\nMicrosoft.NETCore.App 10\.0\.13 .*\n$/)
    assert.match(
      after,
      /^Microsoft.AspNetCore.App 10\.0\.14 .*\nMicrosoft.NETCore.App 10\.0\.14 .*\n10.0.14 10.0.14\n$/,
    )
  })

  it('moves the other platform alone', async () => {
    const before = await indexOf('dotnet/aspnet', '10.0')
    await baseImages.moveOtherPlatform()
    const after = await indexOf('dotnet/aspnet', '10.0')

    assert.equal(after.manifests[0]?.digest, before.manifests[0]?.digest)
    assert.notEqual(after.manifests[1]?.digest, before.manifests[1]?.digest)
  })

  it('has the users of the official images, and runs as none of them', async () => {
    const users = await inContainer('dotnet/runtime-deps', 'id -un; id -un 1000; id -un 1654; echo $APP_UID')

    assert.equal(users, 'root\nubuntu\napp\n1654\n')
  })

  it('has the next release of .NET beside it', async () => {
    const runtimes = await inContainer('dotnet/aspnet', 'dotnet --list-runtimes', nextRelease.tags[0])

    assert.match(runtimes, /^Microsoft.AspNetCore.App 11\.0\.0 .*\nMicrosoft.NETCore.App 11\.0\.0 .*\n$/)
  })

  it('has an image without programs but .NET, which runs as the user app', async () => {
    const image = `${registry.host}/dotnet/aspnet:${chiseledTag}`
    await docker(engine.host, 'pull', '--quiet', image)

    const runtimes = await docker(engine.host, 'run', '--rm', '--network=none', image, 'dotnet', '--list-runtimes')
    const user = await docker(engine.host, 'inspect', '--format={{.Config.User}}', image)

    assert.match(runtimes, /^Microsoft.AspNetCore.App 10\.0\.13 /)
    assert.equal(user.trim(), '1654')
    for (const program of ['sh', 'bash', 'apt-get', 'dpkg', 'ls']) {
      await assert.rejects(docker(engine.host, 'run', '--rm', '--network=none', image, program), /not found/)
    }
  })

  it('builds the images on each other', async () => {
    const [deps = [], runtime = [], aspnet = []] = await Promise.all(
      ['dotnet/runtime-deps', 'dotnet/runtime', 'dotnet/aspnet'].map(layersOf),
    )

    assert.deepEqual(runtime.slice(0, deps.length), deps)
    assert.deepEqual(aspnet.slice(0, runtime.length), runtime)
    assert.ok(deps.length < runtime.length && runtime.length < aspnet.length)
  })

  async function prepare(write: (line: string) => void = console.log): Promise<BaseImages> {
    return prepareBaseImages({ folder: join(stateFolder, 'base-images'), registry, write })
  }

  async function get(repository: string, reference: string, accept: string): Promise<Response> {
    const response = await fetch(`http://${registry.host}/v2/${repository}/manifests/${reference}`, {
      headers: { accept },
    })
    assert.equal(response.status, 200)
    return response
  }

  async function digestOf(repository: string, tag: string): Promise<string | null> {
    return (await get(repository, tag, mediaTypes.index)).headers.get('docker-content-digest')
  }

  interface Index {
    mediaType: string
    manifests: { digest: string; platform: unknown }[]
  }

  async function indexOf(repository: string, tag: string): Promise<Index> {
    return (await (await get(repository, tag, mediaTypes.index)).json()) as Index
  }

  async function layersOf(repository: string): Promise<readonly string[]> {
    const { manifests } = await indexOf(repository, '10.0')
    const manifest = await get(repository, manifests[0]?.digest ?? '', mediaTypes.manifest)
    return ((await manifest.json()) as { layers: { digest: string }[] }).layers.map(({ digest }) => digest)
  }

  async function inContainer(repository: string, script: string, tag = '10.0'): Promise<string> {
    const image = `${registry.host}/${repository}:${tag}`
    await docker(engine.host, 'pull', '--quiet', image)
    return docker(engine.host, 'run', '--rm', '--network=none', image, 'sh', '-c', script)
  }
})
