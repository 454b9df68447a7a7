import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { prepareBaseImages } from '../../sandbox/base-images/base-images.ts'
import { startEngine, type Engine } from '../../sandbox/engine.ts'
import { startRegistry, type RegistryProcess } from '../../sandbox/registry-process.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'

const platformImage = 'localhost/platform-image-test/aspnet:10.0-noble'
const applicationImage = 'localhost/platform-image-test/my-service:latest'

describe('the platform image of ASP.NET Core, with the integration test application on it', () => {
  let engine: Engine
  let registry: RegistryProcess
  let folder: string
  let container: string
  let address: string

  before(async () => {
    engine = await startEngine(join(stateFolder, 'engine'))
    registry = await startRegistry(join(stateFolder, 'base-registry'))
    await prepareBaseImages({ folder: join(stateFolder, 'base-images'), registry, write: console.log })
    folder = await mkdtemp(join(tmpdir(), 'platform-image-'))

    await build('../../platform-images/net10/aspnet', platformImage, {})
    await build('../../integration-tests/net10', applicationImage, {
      'mcr.microsoft.com/dotnet/aspnet:10.0-noble': platformImage,
    })
    container = (await docker(engine.host, 'run', '--detach', '--publish=127.0.0.1::8080', applicationImage)).trim()
    address = `http://${(await docker(engine.host, 'port', container, '8080/tcp')).trim()}/MyService`
    await untilItAnswers()
  })

  after(async () => {
    try {
      await docker(engine.host, 'rm', '--force', container)
      await docker(engine.host, 'rmi', applicationImage, platformImage)
      await removeImagesOf(registry.host, engine.host)
      await rm(folder, { recursive: true })
    } finally {
      await registry.stop()
      await engine.stop()
    }
  })

  it('runs as a user that is not root, in a folder of its own', async () => {
    const state = await docker(engine.host, 'exec', container, 'sh', '-c', 'id -un; pwd; stat --format=%U .')

    assert.equal(state, 'app\n/app\napp\n')
  })

  it('has no program that gives its caller the rights of another user', async () => {
    const programs = await docker(
      engine.host,
      'exec',
      container,
      'find',
      '/usr',
      '-xdev',
      '-type',
      'f',
      '-perm',
      '/6000',
    )

    assert.equal(programs, '')
  })

  for (const contentType of ['application/json', 'application/json-patch+json']) {
    it(`answers a request with ${contentType}`, async () => {
      const response = await post('{ "data": "string", "color": "Red"}', contentType)

      assert.equal(response.status, 200)
      assert.deepEqual(await response.json(), { data: 'string', color: 'Red', framework: '.NET 10.0.13' })
    })
  }

  for (const body of [
    '{ "data": "string", "color": "Infrared" }',
    '{ "data": "string", "color": 7 }',
    '{ "color": "Red" }',
    '',
  ]) {
    it(`refuses ${body === '' ? 'an empty body' : body}`, async () => {
      assert.equal((await post(body)).status, 400)
    })
  }

  /** Builds a folder of this repository, without a network, on other images than its Dockerfile names. */
  async function build(source: string, image: string, bases: Readonly<Record<string, string>>): Promise<void> {
    const context = join(folder, image.replaceAll(/\W/g, '-'))
    await cp(fileURLToPath(new URL(source, import.meta.url)), context, { recursive: true })
    const dockerfile = join(context, 'Dockerfile')
    let text = await readFile(dockerfile, 'utf8')
    for (const [from, to] of Object.entries({ ...bases, 'mcr.microsoft.com': registry.host }))
      text = text.replaceAll(from, to)
    await writeFile(dockerfile, text)
    await docker(engine.host, 'build', '--network=none', '--tag', image, context)
  }

  async function post(body: string, contentType = 'application/json'): Promise<Response> {
    const signal = AbortSignal.timeout(5000)
    return fetch(address, { method: 'POST', headers: { 'content-type': contentType }, body, signal })
  }

  async function untilItAnswers(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if ((await post('{}').catch(() => undefined)) !== undefined) return
      await pause(100)
    }
    throw new Error(`The application does not answer: ${await docker(engine.host, 'logs', container)}`)
  }
})
