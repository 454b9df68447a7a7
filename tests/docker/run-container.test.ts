import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import type { RunningContainer } from '../../src/integration-test/engine.ts'
import { connect } from '../../src/docker/connection/connection.ts'
import { readEngineAddress } from '../../src/docker/connection/engine-address.ts'
import { runContainer } from '../../src/docker/run-container.ts'
import { type FakeAnswer, type FakeAnswers, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

const running = {
  State: { OOMKilled: false },
  NetworkSettings: {
    Ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] },
    Networks: { job: { IPAddress: '172.20.0.3' } },
  },
}

/** A piece of what a container printed: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach */
function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

describe('runContainer', () => {
  let engine: FakeEngine
  afterEach(() => engine.stop())

  async function run(answers: FakeAnswers = {}, network?: string): Promise<RunningContainer> {
    engine = await startFakeEngine({
      'POST /containers/create': { status: 201, body: { Id: 'c1' } },
      'POST /containers/c1/attach': { body: Buffer.alloc(0) },
      'POST /containers/c1/wait': { end: 'open' },
      'POST /containers/c1/start': { status: 204 },
      'GET /containers/c1/json': { body: running },
      'DELETE /containers/c1': { status: 204 },
      ...answers,
    })
    const connection = connect(readEngineAddress({ DOCKER_HOST: engine.host }))
    const request = { image: 'localhost/a:1', port: 8080, environment: { GREETING: 'hello world' }, owner: 'me' }
    return runContainer(request, connection, network)
  }

  function sent(): string[] {
    return engine.requests.map(({ method, path }) => `${method} ${path}`)
  }

  it('publishes the port on the loopback interface alone', async () => {
    const container = await run()

    assert.equal(container.address, 'http://127.0.0.1:32768')
    assert.deepEqual(JSON.parse(engine.requests[0]?.body.toString() ?? ''), {
      name: 'platform-image-test-me',
      Image: 'localhost/a:1',
      Env: ['GREETING=hello world'],
      Labels: { 'platform-image.owner': 'me' },
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    })
  })

  it('publishes nothing where the application does not listen', async () => {
    engine = await startFakeEngine({
      'POST /containers/create': { status: 201, body: { Id: 'c1' } },
      'POST /containers/c1/attach': { body: Buffer.alloc(0) },
      'POST /containers/c1/wait': { body: { StatusCode: 0 } },
      'POST /containers/c1/start': { status: 204 },
      'GET /containers/c1/json': { body: { ...running, NetworkSettings: { Ports: {} } } },
    })

    const connection = connect(readEngineAddress({ DOCKER_HOST: engine.host }))
    const container = await runContainer({ image: 'localhost/a:1', environment: {} }, connection)

    assert.deepEqual(await container.exited, { code: 0, outOfMemory: false })
    const { ExposedPorts, HostConfig } = JSON.parse(engine.requests[0]?.body.toString() ?? '') as Record<
      string,
      unknown
    >
    assert.deepEqual([ExposedPorts, HostConfig], [{}, { PortBindings: {} }])
  })

  it('has a name and a label that mark it', async () => {
    await run()

    assert.equal(engine.requests[0]?.query.name, 'platform-image-test-me')
  })

  it('joins a network of the engine, and is called by its address there', async () => {
    const container = await run({}, 'job')

    const { HostConfig } = JSON.parse(engine.requests[0]?.body.toString() ?? '') as { HostConfig: unknown }
    assert.deepEqual(HostConfig, { NetworkMode: 'job' })
    assert.equal(container.address, 'http://172.20.0.3:8080')
  })

  it('tells how it ended and what it printed last', async () => {
    const printed = Buffer.concat([frame(1, 'one\ntw'), frame(2, '##vso[x]\n'), frame(1, 'o')])
    const container = await run({
      'POST /containers/c1/attach': { body: printed },
      'POST /containers/c1/wait': { body: { StatusCode: 137 } },
      'GET /containers/c1/json': { body: { ...running, State: { OOMKilled: true } } },
    })

    assert.deepEqual(await container.exited, { code: 137, outOfMemory: true })
    assert.deepEqual(container.lines(), ['one', '##_vso[x]', 'two'])
  })

  it('has ended only when all that it printed is there', async () => {
    const printed = new PassThrough()
    const container = await run({
      'POST /containers/c1/attach': { body: printed },
      'POST /containers/c1/wait': { body: { StatusCode: 1 } },
    })

    setTimeout(() => printed.end(frame(2, 'why')), 50)
    await container.exited

    assert.deepEqual(container.lines(), ['why'])
  })

  it('tells the code of a container that was removed', async () => {
    let description: FakeAnswer = { body: running }
    const end = new PassThrough()
    const container = await run({
      'POST /containers/c1/wait': { body: end },
      'GET /containers/c1/json': () => description,
    })

    description = { status: 404, body: { message: 'No such container' } }
    end.end('{"StatusCode":137}')

    assert.deepEqual(await container.exited, { code: 137, outOfMemory: false })
  })

  for (const [count, pieces] of [
    [75, 1],
    [400, 1],
    [400, 7],
  ] as const) {
    it(`keeps the first 25 lines and the last 50 of ${String(count)} that come in ${String(pieces)} pieces`, async () => {
      const lines = Array.from({ length: count }, (_, index) => `line ${String(index)}`)
      const size = Math.ceil(count / pieces)
      const frames = Array.from({ length: pieces }, (_, index) => {
        const piece = lines.slice(index * size, (index + 1) * size)
        return frame(1, piece.map((line) => `${line}\n`).join(''))
      })
      const container = await run({
        'POST /containers/c1/attach': { body: Buffer.concat(frames) },
        'POST /containers/c1/wait': { body: { StatusCode: 0 } },
      })
      await container.exited

      const gap = count > 75 ? [`(${String(count - 75)} lines are left out)`] : []
      assert.deepEqual(container.lines(), [...lines.slice(0, 25), ...gap, ...lines.slice(-50)])
    })
  }

  it("tells by the engine's words that it could not start", async () => {
    const container = await run({
      'POST /containers/c1/start': { status: 400, body: { message: 'exec: "##vso[app": not found' } },
      'GET /containers/c1/json': { body: { ...running, NetworkSettings: { Ports: {} } } },
    })

    assert.deepEqual(await container.exited, { code: 126, outOfMemory: false, error: 'exec: "##_vso[app": not found' })
    assert.match(container.address, /^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('tells that it lost sight of the container', async () => {
    const container = await run({ 'POST /containers/c1/wait': { end: 'cut' } })

    const exit = await container.exited

    assert.equal(exit.code, -1)
    assert.ok(exit.lost instanceof Error)
  })

  it('removes the container by force, with its volumes', async () => {
    const container = await run()

    await container.remove()

    assert.equal(sent().at(-1), 'DELETE /containers/c1')
    assert.deepEqual(engine.requests.at(-1)?.query, { force: 'true', v: 'true' })
  })

  for (const status of [404, 409]) {
    it(`is content where the engine says ${String(status)} to the removal`, async () => {
      const container = await run({ 'DELETE /containers/c1': { status, body: { message: 'gone' } } })

      await container.remove()
    })
  }

  it('tells why a container cannot be removed', async () => {
    const container = await run({ 'DELETE /containers/c1': { status: 500, body: { message: 'device busy' } } })

    await rejects(container.remove(), { message: 'Cannot remove the container: device busy.' })
  })

  it('removes the container where something else goes wrong', async () => {
    await rejects(run({ 'GET /containers/c1/json': { body: {} } }), {
      name: 'EngineAnswerError',
      operation: 'inspect the container',
      reason: 'its field State is not as expected',
    })

    assert.equal(sent().at(-1), 'DELETE /containers/c1')
  })

  it('fails where there is no such image', async () => {
    await rejects(run({ 'POST /containers/create': { status: 404, body: { message: 'No such image' } } }), {
      message: 'Cannot create a container of localhost/a:1: No such image.',
    })
  })
})
