import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineUnreachableError } from '../../src/docker/connection/connection.ts'
import { dockerEngine, type DockerEngine } from '../../src/docker/docker-engine.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { parseReference } from '../../src/model/reference.ts'
import { startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

describe('dockerEngine', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const reference = parseReference(`registry.example/a:1@${digestOf('a')}`)
  const platform = parsePlatform('linux/amd64')
  const name = 'localhost/a:1'
  const calls: Readonly<Record<string, (engine: DockerEngine) => Promise<unknown>>> = {
    ping: (engine) => engine.ping(),
    inspect: (engine) => engine.inspect(name),
    remove: (engine) => engine.remove(name),
    pull: (engine) => engine.pull({ reference, platform, name }),
    push: (engine) =>
      engine.push({
        name,
        target: reference,
        credentials: { username: 'a', password: 'b' },
        onProgress: () => undefined,
      }),
    run: (engine) => engine.run({ image: name, port: 80, environment: {} }),
    save: (engine) => engine.save(name, join(folder, 'image.tar')),
    list: (engine) => engine.list(),
    removeContainer: (engine) => engine.removeContainer('c1'),
    build: (engine) =>
      engine.build({
        context: folder,
        dockerfile: join(folder, 'Dockerfile'),
        dockerfileText: 'FROM a',
        name,
        platform,
        buildArguments: {},
        labels: {},
        onProgress: () => undefined,
      }),
  }
  for (const [method, call] of Object.entries(calls)) {
    it(`says at ${method} where no engine is and what to do`, async () => {
      const socket = join(folder, 'docker.sock')
      const engine = dockerEngine({ environment: { DOCKER_HOST: `unix://${socket}` } })

      await assert.rejects(call(engine), new EngineUnreachableError(`unix://${socket}`, 'ENOENT', { cause: undefined }))
    })
  }

  it('puts the address, the reason and the next step into one message', () => {
    assert.equal(
      new EngineUnreachableError('unix:///var/run/docker.sock', 'ENOENT').message,
      'Cannot reach the Docker engine at unix:///var/run/docker.sock: ENOENT. Start Docker on the agent, or set DOCKER_HOST.',
    )
    assert.match(new EngineUnreachableError('unix:///a', 'EACCES').message, /group docker/)
  })

  it("names the setting that gives the engine's socket to a job's container", async () => {
    const engine = dockerEngine({
      environment: { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` },
      jobContainer: { id: 'abc' },
    })

    await rejects(engine.ping(), { message: /has no such socket: set mapDockerSocket: true on its container/ })
  })

  it('says that nobody listens at a TCP port, whatever the process has for its own', async () => {
    const engine = dockerEngine({ environment: { DOCKER_HOST: 'tcp://127.0.0.1:1' } })

    await rejects(engine.ping(), {
      name: 'EngineUnreachableError',
      message: /tcp:\/\/127\.0\.0\.1:1: ECONNREFUSED/,
    })
  })

  it('says that a file is no engine', async () => {
    await writeFile(join(folder, 'file'), '')
    const engine = dockerEngine({ environment: { DOCKER_HOST: `unix://${join(folder, 'file')}` } })

    await rejects(engine.ping(), { name: 'EngineUnreachableError', message: /ECONNREFUSED/ })
  })

  it('refuses an engine on another machine at once', () => {
    assert.throws(() => dockerEngine({ environment: { DOCKER_HOST: 'ssh://build' } }), /Set DOCKER_HOST/)
  })

  it('asks the engine who it is', async () => {
    const fake = await startFakeEngine({
      'GET /version': { body: { Version: '28.5.2', ApiVersion: '1.51', Os: 'linux', Arch: 'arm64' } },
    })
    const engine = dockerEngine({ environment: { DOCKER_HOST: fake.host } })

    assert.deepEqual(await engine.ping(), { version: '28.5.2', platform: { os: 'linux', architecture: 'arm64' } })
    await fake.stop()
  })
})
