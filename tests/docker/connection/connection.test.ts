import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Connection, connect, type ConnectOptions } from '../../../src/docker/connection/connection.ts'
import { rejects } from '../../support/problems.ts'

describe('connect', () => {
  let server: Server
  let requests: string[]
  beforeEach(() => {
    requests = []
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  async function connectTo(answer: RequestListener, options: ConnectOptions = {}): Promise<Connection> {
    server = createServer((request, response) => {
      requests.push(request.url ?? '')
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return connect({ kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port }, options)
  }

  const never: RequestListener = () => undefined
  const onlyPing: RequestListener = ({ url }, response) => {
    if (url === '/_ping') response.setHeader('Api-Version', '1.51').end('OK')
  }
  const onlyHeads: RequestListener = (_request, response) => {
    response.setHeader('Api-Version', '1.51').write('[')
  }
  const look = (connection: Connection, within?: number) =>
    connection.ask('look', (docker) => docker.listContainers({ all: true }), within)
  const noAnswer = {
    name: 'EngineUnreachableError',
    fault: { why: 'no-answer' },
    message: /tcp:\/\/127\.0\.0\.1:\d+: no answer\. Something listens there but does not answer: restart Docker on/,
  }

  const hanging: readonly (readonly [string, RequestListener])[] = [
    ['never answers', never],
    ['answers a ping and nothing else', onlyPing],
    ['ends no answer', onlyHeads],
  ]
  for (const [what, answer] of hanging) {
    it(`says so after a while where the engine ${what}`, async () => {
      await rejects(look(await connectTo(answer, { answerWithin: 50 })), noAnswer)
    })
  }

  it('waits as long as a call that is slow by nature may take', async () => {
    const slow: RequestListener = (request, response) => {
      onlyPing(request, response)
      setTimeout(() => response.end('[]'), 100)
    }
    const connection = await connectTo(slow, { answerWithin: 50 })

    assert.deepEqual(await look(connection, 10_000), [])
  })

  it('gives up the first answer at once when it is aborted', async () => {
    const connection = await connectTo(never, { signal: AbortSignal.timeout(50) })

    await rejects(look(connection), { name: 'TimeoutError' })
  })

  it('has one short while for all that is asked after an abort', async () => {
    const cancelled = new AbortController()
    const connection = await connectTo(onlyPing, { signal: cancelled.signal, cleanUpWithin: 50 })
    const asking = look(connection)
    while (requests.length < 2) await new Promise(setImmediate)

    cancelled.abort()

    await rejects(asking, noAnswer)
    await rejects(look(connection, 120_000), noAnswer)
    assert.deepEqual(requests, ['/_ping', '/containers/json?all=true'])
  })

  it('still cleans up after an abort', async () => {
    const cancelled = new AbortController()
    const engine: RequestListener = (_request, response) => {
      response.setHeader('Api-Version', '1.51').end('[]')
    }
    const connection = await connectTo(engine, { signal: cancelled.signal })
    await look(connection)
    cancelled.abort()

    assert.deepEqual(await look(connection), [])
  })

  it('leaves a stream alone once its head is there', async () => {
    const connection = await connectTo(onlyHeads, { answerWithin: 50 })

    const stream = await connection.open('wait', { path: '/wait', method: 'POST' })
    await rejects(look(connection), noAnswer)

    assert.equal(stream.destroyed, false)
    assert.equal(String(stream.read()), '[')
  })

  it('gives a request the signal only as what ends it', async () => {
    const connection = await connectTo(onlyPing, { answerWithin: 50 })

    await assert.rejects(connection.ask('remove', (docker) => docker.getImage('a').remove({ force: true })))

    assert.deepEqual(requests, ['/_ping', '/images/a?force=true'])
  })

  it('says where something else than an engine answers', async () => {
    const connection = await connectTo((_request, response) => response.end('OK'))

    await rejects(look(connection), {
      name: 'EngineUnreachableError',
      fault: { why: 'not-an-engine' },
      message:
        /^Cannot reach the Docker engine at tcp:\/\/127\.0\.0\.1:\d+: what answers is not a Docker engine with BuildKit\. See what listens there, and set DOCKER_HOST to the engine\.$/,
    })
  })

  const strangers: readonly (readonly [what: string, answer: RequestListener, why: string])[] = [
    [
      'a JSON object for every path',
      (_request, response) => {
        response.setHeader('Content-Type', 'application/json').end('{"status":"up"}')
      },
      'not-an-engine',
    ],
    [
      'a page that is not there',
      (_request, response) => {
        response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not Found</h1>')
      },
      'not-an-engine',
    ],
    [
      'a way to another page',
      (_request, response) => {
        response.writeHead(302, { Location: '/login' }).end()
      },
      'not-an-engine',
    ],
    [
      'as Podman',
      (_request, response) => {
        response.setHeader('Api-Version', '1.41').setHeader('Libpod-Api-Version', '5.4.0').end('OK')
      },
      'podman',
    ],
  ]
  for (const [what, answer, why] of strangers) {
    it(`says that what answers ${what} is no engine`, async () => {
      const asked: (string | undefined)[] = []
      const connection = await connectTo((request, response) => {
        asked.push(request.url)
        answer(request, response)
      })

      await rejects(look(connection), { name: 'EngineUnreachableError', fault: { why } })
      assert.deepEqual(asked, ['/_ping'])
    })
  }

  it('says where an engine wants TLS, and what to do', async () => {
    const connection = await connectTo((_request, response) => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Client sent an HTTP request to an HTTPS server.\n')
    })

    await rejects(look(connection), {
      name: 'EngineUnreachableError',
      fault: { why: 'refuses', words: 'Client sent an HTTP request to an HTTPS server.' },
      message:
        /at tcp:\/\/127\.0\.0\.1:\d+: it refuses a plain request: Client sent an HTTP request to an HTTPS server\. Set DOCKER_HOST to an address without TLS and without a proxy: unix/,
    })
  })
})
