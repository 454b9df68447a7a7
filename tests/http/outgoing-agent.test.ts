import { rejects } from '../support/problems.ts'
import assert from 'node:assert/strict'
import { generate } from 'selfsigned'
import { httpClient } from '../../src/http/http-client.ts'
import type { Network } from '../../src/http/network.ts'
import { withRetries } from '../../src/http/retry.ts'
import { type LoopbackServer, startServer } from '../support/loopback-server.ts'
import { type ProxiedHost, type ProxiedHostOptions, startProxiedHost } from '../support/proxied-host.ts'

describe('outgoingAgent', () => {
  const hosts: ProxiedHost[] = []

  async function start(options: ProxiedHostOptions = {}): Promise<ProxiedHost> {
    const host = await startProxiedHost(options)
    hosts.push(host)
    return host
  }
  const throughProxy = ({ proxyUrl, authority }: ProxiedHost) =>
    httpClient({ network: { proxyFor: () => proxyUrl, authorities: [authority] } })

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()))
  })

  it('reaches a host through the proxy, which sees its name and nothing of the request', async () => {
    const host = await start({ react: () => ({ body: 'hello' }) })

    const { body } = await throughProxy(host)({ method: 'GET', url: `${host.url}/x?sig=secret` })

    assert.equal(body.toString(), 'hello')
    assert.equal(host.server.requests[0]?.path, '/x?sig=secret')
    assert.deepEqual(host.tunnels, [{ to: 'hooks.example:443', authorization: undefined }])
  })

  it('keeps the way open for the next request', async () => {
    const host = await start()
    const ask = throughProxy(host)

    for (let request = 0; request < 3; request++) await ask({ method: 'GET', url: host.url })

    assert.equal(host.server.requests.length, 3)
    assert.equal(host.tunnels.length, 1)
  })

  it('shows its credentials to the proxy, and to it alone', async () => {
    const host = await start()
    const proxy = new URL(host.proxyUrl)
    proxy.username = 'me'
    proxy.password = 'p%40ss'

    await throughProxy({ ...host, proxyUrl: proxy.href })({ method: 'GET', url: host.url })

    assert.equal(host.tunnels[0]?.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    assert.equal(host.server.requests[0]?.headers['proxy-authorization'], undefined)
  })

  it('follows no redirect from elsewhere to this machine', async () => {
    const other = await start()
    const host = await start({
      react: () => ({ status: 307, headers: { location: `https://${other.server.host}/x` } }),
    })
    const asked = throughProxy(host)({ method: 'GET', url: host.url })

    await assert.rejects(asked, { name: 'UnsafeAddressError', host: other.server.host, from: 'hooks.example' })
    assert.deepEqual(other.server.requests, [])
    assert.deepEqual(
      host.tunnels.map(({ to }) => to),
      ['hooks.example:443'],
    )
  })

  it('trusts the authorities that are given, and only beside those of Node', async () => {
    const host = await start()
    const distrusting = httpClient({ network: { proxyFor: () => host.proxyUrl, authorities: [] } })

    await assert.rejects(distrusting({ method: 'GET', url: `${host.url}/?sig=secret` }), {
      name: 'ConnectionError',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: `hooks.example shows no trusted certificate through the proxy ${new URL(host.proxyUrl).host} (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    })
    assert.deepEqual(host.server.requests, [])
  })

  for (const status of [403, 407, 502]) {
    it(`never takes the proxy's ${String(status)} for the host's`, async () => {
      const host = await start({ proxyStatus: () => status })

      await assert.rejects(throughProxy(host)({ method: 'GET', url: `${host.url}/?sig=secret` }), {
        name: 'ConnectionError',
        code: `PROXY_${String(status)}`,
        message: `hooks.example is out of reach through the proxy ${new URL(host.proxyUrl).host} (PROXY_${String(status)})`,
      })
    })
  }

  for (const proxySays of ['', 'gar', 'garbage\r\n\r\n', 'HTTP/1.1 200 OK\r\nno header\r\n\r\n']) {
    it(`calls ${JSON.stringify(proxySays)} no answer of a proxy`, async () => {
      const host = await start({ proxySays: () => proxySays })

      await assert.rejects(throughProxy(host)({ method: 'GET', url: host.url }), {
        name: 'ConnectionError',
        message: `hooks.example is out of reach through the proxy ${new URL(host.proxyUrl).host} (PROXY_GARBLED)`,
      })
    })
  }

  it('names the proxy where that breaks off the way which it opened', async () => {
    const host = await start({ proxySays: () => 'HTTP/1.1 200 OK\r\n\r\n<p>Sign in</p>' })

    await assert.rejects(throughProxy(host)({ method: 'GET', url: host.url }), {
      message: /^hooks\.example does not answer through the proxy 127\.0\.0\.1:\d+ \(\w+\)$/,
    })
  })

  it('asks a busy proxy again', async () => {
    const statuses = [503, 200]
    const host = await start({ proxyStatus: () => statuses.shift() ?? 200 })
    const http = withRetries(throughProxy(host), { sleep: () => Promise.resolve() })

    assert.equal((await http({ method: 'GET', url: host.url })).status, 200)
    assert.equal(host.tunnels.length, 2)
  })

  it('says which proxy is not there', async () => {
    const host = await start()
    await hosts.splice(0)[0]?.stop()

    await assert.rejects(throughProxy(host)({ method: 'GET', url: host.url }), {
      message: `hooks.example does not answer through the proxy ${new URL(host.proxyUrl).host} (ECONNREFUSED)`,
    })
  })

  describe('with a host that asks who it is', () => {
    let host: LoopbackServer
    let own: Certificate
    let client: Certificate
    before(async () => {
      ;[own, client] = await Promise.all([aCertificate('127.0.0.1'), aCertificate('agent.example')])
      const demands = { requestCert: true, rejectUnauthorized: true, ca: client.cert }
      host = await startServer(() => ({ body: 'hello' }), { ...own, ...demands })
    })
    after(() => host.stop())

    const ask = (certificates: Omit<Network, 'proxyFor'>) =>
      httpClient({ network: { proxyFor: () => undefined, ...certificates } })({ method: 'GET', url: host.url })

    it('shows the client certificate of the agent', async () => {
      const { body } = await ask({ authorities: [own.cert], clientCertificate: client })

      assert.equal(body.toString(), 'hello')
      await rejects(ask({ authorities: [own.cert] }), { name: 'ConnectionError' })
    })

    it('trusts an unknown host only where the agent is configured to trust everybody', async () => {
      await rejects(ask({ authorities: [], clientCertificate: client }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })

      const { body } = await ask({ authorities: [], clientCertificate: client, trustsEverybody: true })
      assert.equal(body.toString(), 'hello')
    })
  })
})

interface Certificate {
  readonly cert: string
  readonly key: string
}

async function aCertificate(name: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  return { cert, key }
}
