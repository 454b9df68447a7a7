import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { askApplication, type ApplicationRequest } from '../../src/http/ask-application.ts'
import { type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'

describe('askApplication', () => {
  let server: LoopbackServer | undefined
  afterEach(async () => {
    await server?.stop()
    server = undefined
  })

  async function ask(reaction: Reaction, request: Partial<ApplicationRequest> = {}) {
    server = await startServer(() => reaction)
    const { url, requests } = server
    const answer = await askApplication({ method: 'GET', url: `${url}/a?b=c`, headers: {}, timeout: 5000, ...request })
    return { answer, request: requests[0], count: requests.length }
  }

  it('sends what is written, and nothing else', async () => {
    const headers = { 'Content-Type': 'application/json', 'x-empty': '' }

    const { request } = await ask({ status: 201 }, { method: 'POST', headers, body: ' { "a": 1 }\n' })

    assert.deepEqual([request?.method, request?.path, request?.body], ['POST', '/a?b=c', ' { "a": 1 }\n'])
    const { host, ...sent } = request?.headers ?? {}
    assert.equal(host, server?.host)
    assert.deepEqual(sent, {
      'content-type': 'application/json',
      'x-empty': '',
      'content-length': '12',
      connection: 'close',
    })
  })

  for (const body of ['{ not: json', '"text"', 'null', '', 'grüße \u{1F600}']) {
    it(`sends the body ${JSON.stringify(body)} byte for byte, whatever its type says`, async () => {
      const { request } = await ask({}, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

      assert.equal(request?.body, body)
    })
  }

  for (const status of [200, 204, 404, 500]) {
    it(`gives the status ${String(status)} and the body`, async () => {
      const body = status === 204 ? '' : 'said'

      assert.deepEqual((await ask({ status, body })).answer, { status, body })
    })
  }

  it('follows no redirect, but says where it leads', async () => {
    const { answer, count } = await ask({ status: 307, headers: { location: 'https://localhost:5001/a' } })

    assert.deepEqual(answer, { status: 307, location: 'https://localhost:5001/a', body: '' })
    assert.equal(count, 1)
  })

  it('reads no more of a long answer than it shows', async () => {
    const { answer } = await ask({ body: 'x'.repeat(10_000_000) })

    assert.equal(answer.body, 'x'.repeat(2000))
  })

  it('does not wait for the end of an endless answer', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')
    })
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((endless.address() as AddressInfo).port)}/`
    try {
      assert.deepEqual(await askApplication({ method: 'GET', url, headers: {}, timeout: 5000 }), {
        status: 200,
        body: 'data: 1\n\n',
      })
    } finally {
      endless.close()
    }
  })

  it('says that the connection was cut', async () => {
    await assert.rejects(ask('reset'), { message: 'no answer (ECONNRESET)' })
    await server?.stop()
    await assert.rejects(ask({ body: 'half', headers: { 'content-length': '100' }, isCut: true }), {
      message: 'no answer (ECONNRESET)',
    })
  })

  it('says that nobody listens', async () => {
    const stopped = await startServer(() => 'reset')
    await stopped.stop()

    await assert.rejects(askApplication({ method: 'GET', url: stopped.url, headers: {}, timeout: 5000 }), {
      message: 'no answer (ECONNREFUSED)',
    })
  })

  it('says that an answer takes too long, also by parts of a millisecond', async () => {
    await assert.rejects(ask('silence', { timeout: 50.7 }), { message: 'no answer (ETIMEDOUT)' })
  })

  it('says that what answers does not speak HTTP', async () => {
    const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}/`
    try {
      await assert.rejects(askApplication({ method: 'GET', url, headers: {}, timeout: 5000 }), {
        message: 'no answer (HPE_INVALID_CONSTANT)',
      })
    } finally {
      other.close()
    }
  })

  it('ends with the reason of a cancel', async () => {
    server = await startServer(() => 'silence')
    const cancelled = new AbortController()
    const asking = askApplication(
      { method: 'GET', url: server.url, headers: {}, timeout: 5000 },
      { signal: cancelled.signal },
    )

    cancelled.abort(new Error('The job was cancelled.'))

    await assert.rejects(asking, { message: 'The job was cancelled.' })
  })
})
