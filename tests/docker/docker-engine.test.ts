import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerEngine, type DockerEngine } from '../../src/docker/docker-engine.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { parseReference } from '../../src/model/reference.ts'
import { startFakeEngine } from '../support/fake-engine.ts'
import { rejects, throws } from '../support/problems.ts'

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
    it(`says at ${method} where no engine is`, async () => {
      const socket = join(folder, 'docker.sock')
      const engine = dockerEngine({ environment: { DOCKER_HOST: `unix://${socket}` } })

      await rejects(call(engine), {
        name: 'EngineUnreachableError',
        address: `unix://${socket}`,
        fault: { why: 'no-connection', code: 'ENOENT' },
        isInJobContainer: false,
      })
    })
  }

  it("names the setting that gives the engine's socket to a job's container", async () => {
    const engine = dockerEngine({
      environment: { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` },
      jobContainer: { id: 'abc' },
    })

    await rejects(engine.ping(), {
      isInJobContainer: true,
      message: /has no such socket: set mapDockerSocket: true on its container/,
    })
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
    throws(() => dockerEngine({ environment: { DOCKER_HOST: 'ssh://build' } }), { message: /Set DOCKER_HOST/ })
  })

  const unknown: readonly (readonly [what: string, body: unknown, reason: string])[] = [
    [
      'does not say its version',
      { ApiVersion: '1.51', Os: 'linux', Arch: 'arm64' },
      'its field Version is not as expected',
    ],
    ['says it as a number', { Version: 28, Os: 'linux', Arch: 'arm64' }, 'its field Version is not as expected'],
    ['does not say what it runs on', { Version: '28.5.2', Os: 'linux' }, 'its field Arch is not as expected'],
    ['gives a list', [], 'its field Version is not as expected'],
    ['gives text', 'pong', 'it has another form'],
  ]
  for (const [what, body, reason] of unknown) {
    it(`does not understand an engine that ${what}`, async () => {
      const fake = await startFakeEngine({ 'GET /version': { body } })
      const engine = dockerEngine({ environment: { DOCKER_HOST: fake.host } })

      await rejects(engine.ping(), {
        name: 'EngineAnswerError',
        operation: "read the engine's version",
        reason,
        message: `Cannot read the engine's version: the engine's answer is not understood: ${reason}. Check that Docker Engine 20.10 or later runs on the agent, and nothing else answers in its place.`,
      })
      await fake.stop()
    })
  }

  it('asks the engine who it is', async () => {
    const fake = await startFakeEngine({
      'GET /version': { body: { Version: '28.5.2', ApiVersion: '1.51', Os: 'linux', Arch: 'arm64' } },
    })
    const engine = dockerEngine({ environment: { DOCKER_HOST: fake.host } })

    assert.deepEqual(await engine.ping(), { version: '28.5.2', platform: { os: 'linux', architecture: 'arm64' } })
    await fake.stop()
  })
})
