import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { httpClient } from '../../src/http/http-client.ts'
import { type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'

describe('httpClient', () => {
  const servers: LoopbackServer[] = []
  const http = httpClient()

  async function start(react: (path: string) => Reaction): Promise<LoopbackServer> {
    const server = await startServer(({ path }) => react(path))
    servers.push(server)
    return server
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  for (const status of [200, 204, 304, 400, 401, 404, 429, 500, 503]) {
    it(`gives back ${String(status)} as an answer`, async () => {
      const { url } = await start(() => ({ status, headers: { 'X-Name': 'Value' } }))

      const response = await http({ method: 'GET', url })

      assert.equal(response.status, status)
      assert.equal(response.headers['x-name'], 'Value')
    })
  }

  it('gives the bytes of a body as they came', async () => {
    const body = Buffer.from([0, 0xff, 0xfe, 0x0a, 0x0d, 0x7b])
    const { url } = await start(() => ({ headers: { 'content-type': 'application/json' }, body }))

    const response = await http({ method: 'GET', url })

    assert.deepEqual(response.body, body)
  })

  it('sends method, headers and body as they are given', async () => {
    const { url, requests } = await start(() => ({}))
    const body = '{ "data": "string"}'

    await http({ method: 'PUT', url: `${url}/a?b=c`, headers: { accept: 'text/x', 'content-type': 'text/y' }, body })

    const [seen] = requests
    assert.deepEqual([seen?.method, seen?.path, seen?.body], ['PUT', '/a?b=c', body])
    assert.deepEqual([seen?.headers.accept, seen?.headers['content-type']], ['text/x', 'text/y'])
  })

  for (const url of [
    'http://registry.example/v2/',
    'http://10.0.0.1/',
    'http://127.0.0.1.evil.example/',
    'ftp://127.0.0.1/',
  ]) {
    it(`does not ask ${url}`, async () => {
      await assert.rejects(http({ method: 'GET', url }), {
        name: 'UnsafeAddressError',
        host: new URL(url).host,
        protocol: new URL(url).protocol.slice(0, -1),
      })
    })
  }

  it('follows a redirect, and takes its credentials only to the same host', async () => {
    const other = await start(() => ({ body: 'layer' }))
    const { url, requests } = await start((path) => {
      if (path === '/here') return { status: 307, headers: { location: '/there' } }
      return path === '/there' ? { status: 307, headers: { location: `${other.url}/layer` } } : {}
    })

    const response = await http({ method: 'GET', url: `${url}/here`, headers: { authorization: 'Basic c2VjcmV0' } })

    assert.equal(response.body.toString(), 'layer')
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ['Basic c2VjcmV0', 'Basic c2VjcmV0'],
    )
    assert.equal(other.requests[0]?.headers.authorization, undefined)
  })

  it('says where redirects led to', async () => {
    const other = await start(() => ({ status: 403 }))
    const { url } = await start((path) => ({ status: 307, headers: { location: path === '/a' ? '/b' : other.url } }))
    const { url: same } = await start((path) => (path === '/a' ? { status: 307, headers: { location: '/b' } } : {}))

    const elsewhere = await http({ method: 'GET', url: `${url}/a` })
    const here = await http({ method: 'GET', url: `${same}/a` })

    assert.deepEqual([elsewhere.status, elsewhere.redirectedTo], [403, other.host])
    assert.ok(!('redirectedTo' in here))
  })

  it('names the host that a redirect led to where that does not answer', async () => {
    const other = await start(() => 'reset')
    const { url } = await start(() => ({ status: 307, headers: { location: `${other.url}/blob?sig=secret` } }))

    await assert.rejects(http({ method: 'GET', url }), { message: `${other.host} does not answer (ECONNRESET)` })
  })

  it('reads no more than it may', async () => {
    const { url } = await start(() => ({ body: 'x'.repeat(100_000) }))

    const whole = await http({ method: 'GET', url, maxBytes: 100_000 })

    assert.equal(whole.body.length, 100_000)
    await assert.rejects(http({ method: 'GET', url, maxBytes: 99_999 }), {
      name: 'TooLargeError',
      message: `${new URL(url).host} sends more than 99999 bytes`,
    })
  })

  it('keeps the beginning of a body, where that is enough', async () => {
    const large = await start(() => ({ status: 404, body: 'x'.repeat(100_000) }))
    const cut = await start(() => ({ status: 202, headers: { 'content-length': '9' }, body: 'half', isCut: true }))
    const whole = await start(() => ({ body: 'whole' }))
    const ask = async ({ url }: LoopbackServer) => {
      const { status, body, isPartial } = await http({ method: 'GET', url, maxBytes: 1000, mayBePartial: true })
      return [status, body.toString(), isPartial]
    }

    assert.deepEqual(await ask(large), [404, 'x'.repeat(1000), true])
    assert.deepEqual(await ask(cut), [202, 'half', true])
    assert.deepEqual(await ask(whole), [200, 'whole', undefined])
  })

  it('counts the bytes of a compressed answer as they are unpacked', async () => {
    const body = gzipSync(Buffer.alloc(1_000_000))
    const { url } = await start(() => ({ headers: { 'content-encoding': 'gzip' }, body }))

    await assert.rejects(http({ method: 'GET', url, maxBytes: 500_000 }), { name: 'TooLargeError' })
  })

  for (const [what, headers, body] of [
    ['as it comes', { 'content-length': '100' }, 'half'],
    ['compressed', { 'content-length': '100', 'content-encoding': 'gzip' }, gzipSync('half').subarray(0, 15)],
    ['in chunks', {}, 'half'],
  ] as const) {
    it(`takes no half answer for a whole one, ${what}`, async () => {
      const { url } = await start(() => ({ headers, body, isCut: true }))

      await assert.rejects(http({ method: 'GET', url: `${url}/?sig=secret` }), {
        name: 'ConnectionError',
        code: 'ECONNRESET',
        message: `${new URL(url).host} breaks off its answer (ECONNRESET)`,
      })
    })
  }

  it('ends with the reason of a cancel', async () => {
    const cancelled = new AbortController()
    const { url } = await start(() => {
      cancelled.abort(new Error('The job was cancelled.'))
      return 'silence'
    })

    await assert.rejects(httpClient({ signal: cancelled.signal })({ method: 'GET', url }), {
      message: 'The job was cancelled.',
    })
  })

  it('asks this machine without the proxy of the environment', async () => {
    const proxy = await start(() => ({ status: 502 }))
    const { url } = await start(() => ({ body: 'direct' }))
    const before = process.env.HTTP_PROXY
    process.env.HTTP_PROXY = proxy.url

    try {
      assert.equal((await http({ method: 'GET', url })).body.toString(), 'direct')
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY
      else process.env.HTTP_PROXY = before
    }
  })

  it('follows no redirect to plain http elsewhere', async () => {
    const { url } = await start(() => ({ status: 302, headers: { location: 'http://evil.example/x' } }))

    await assert.rejects(http({ method: 'GET', url }), {
      name: 'UnsafeAddressError',
      host: 'evil.example',
      protocol: 'http',
      from: new URL(url).host,
    })
  })

  it('gives back a redirect as an answer where it is not to be followed', async () => {
    const { url, requests } = await start(() => ({ status: 307, headers: { location: '/there' } }))

    const response = await http({ method: 'POST', url, body: '{}', followsRedirects: false })

    assert.equal(response.status, 307)
    assert.equal(requests.length, 1)
  })

  it('gives up on redirects that go round in circles', async () => {
    const { url } = await start(() => ({ status: 302, headers: { location: '/' } }))

    await assert.rejects(http({ method: 'GET', url }), {
      name: 'ConnectionError',
      code: 'ERR_FR_TOO_MANY_REDIRECTS',
      message: /sends from one address to the next/,
    })
  })

  it('names host and reason, and no more, where there is no answer', async () => {
    const stopped = await startServer(() => 'reset')
    await stopped.stop()
    const silent = await start((path) => (path.startsWith('/cut') ? 'reset' : 'silence'))
    const rows = [
      [`${stopped.url}/x?sig=secret`, 'ECONNREFUSED'],
      [`${silent.url}/cut?sig=secret`, 'ECONNRESET'],
      [`${silent.url}/hang?sig=secret`, 'ETIMEDOUT'],
    ] as const

    for (const [url, code] of rows) {
      await assert.rejects(
        http({
          method: 'GET',
          url,
          headers: { authorization: 'Basic secret' },
          timeout: code === 'ETIMEDOUT' ? 100 : 10_000,
        }),
        (error: Error) => {
          assert.deepEqual(Object.entries(error), [
            ['name', 'ConnectionError'],
            ['code', code],
            ['host', new URL(url).host],
            ['because', `does not answer (${code})`],
          ])
          assert.equal(error.message, `${new URL(url).host} does not answer (${code})`)
          assert.ok(!('cause' in error))
          return true
        },
      )
    }
  })
})
