import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { generate } from 'selfsigned'
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

  /** Asks what answers with these bytes, and keeps the connection. */
  async function askRaw(sent: string) {
    const other = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write(sent, 'latin1')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}/`
    try {
      return await askApplication({ method: 'GET', url, headers: {}, timeout: 5000 })
    } finally {
      other.close()
    }
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

    assert.deepEqual(answer, { status: 200, body: 'x'.repeat(2000) })
  })

  it('does not wait for the end of an endless answer', async () => {
    const answer = await askRaw('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')

    assert.deepEqual(answer, { status: 200, body: 'data: 1\n\n' })
  })

  for (const head of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
    it(`takes 101 for an answer ${head === '' ? 'without' : 'with'} an upgrade`, async () => {
      assert.deepEqual(await askRaw(`HTTP/1.1 101 Switching Protocols\r\n${head}\r\n`), { status: 101, body: '' })
    })
  }

  it('tells the status of an answer that is cut in its body', async () => {
    const { answer } = await ask({ body: 'half', headers: { 'content-length': '100' }, isCut: true })

    assert.deepEqual(answer, { unusable: '200, then the connection was cut (ECONNRESET)' })
  })

  it('says that the connection was cut', async () => {
    await assert.rejects(ask('reset'), { message: 'no answer (ECONNRESET)' })
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

  const unusable = [
    ['SSH-2.0-OpenSSH_9.2\r\n', 'no usable HTTP (HPE_INVALID_CONSTANT)'],
    // A TLS alert: unexpected message.
    ['\x15\x03\x03\x00\x02\x02\x0a', 'no usable HTTP (HPE_INVALID_CONSTANT)'],
    ['HTTP/1.1 2OO OK\r\n\r\n', 'no usable HTTP (HPE_INVALID_STATUS)'],
  ] as const
  for (const [sent, what] of unusable) {
    it(`says that ${JSON.stringify(sent.slice(0, 20))} is ${what}`, async () => {
      assert.deepEqual(await askRaw(sent), { unusable: what })
    })
  }

  const tolerated: readonly (readonly [what: string, sent: string, answer: object])[] = [
    ['headers of 100 KB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\nup`, { status: 200, body: 'up' }],
    ['line ends without CR', 'HTTP/1.1 204 No Content\nx: y\n\n', { status: 204, body: '' }],
    [
      'its length twice',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nup',
      { status: 200, body: 'up' },
    ],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nup\r\n0\r\n\r\n',
      { status: 200, body: 'up' },
    ],
    [
      'a redirect with its length twice',
      'HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n',
      { status: 302, location: '/login', body: '' },
    ],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', { status: 200, body: '' }],
  ]
  for (const [what, sent, expected] of tolerated) {
    it(`takes an answer with ${what}, as browsers do`, async () => {
      assert.deepEqual(await askRaw(sent), expected)
    })
  }

  it('says that what ends a plain connection speaks https alone', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    const secure = createSecureServer({ key, cert })
    secure.on('tlsClientError', (_error, socket) => socket.destroy())
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((secure.address() as AddressInfo).port)}/`

    const answer = await askApplication({ method: 'GET', url, headers: {}, timeout: 5000 })
    secure.close()

    assert.match('unusable' in answer ? answer.unusable : '', /^no usable HTTP \(it speaks https alone; /)
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
