import assert from 'node:assert/strict'
import { get } from 'node:http'
import { localAgent } from '../../src/http/local-agent.ts'
import { type LoopbackServer, startServer } from '../support/loopback-server.ts'

describe('localAgent', () => {
  let server: LoopbackServer
  before(async () => {
    server = await startServer(() => ({}))
  })
  after(() => server.stop())

  const statusOf = (url: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(url, { agent: localAgent() }, (response) => {
        resolve(response.resume().statusCode)
      }).on('error', reject)
    })

  it('connects to this machine', async () => {
    const [, port = ''] = server.host.split(':')

    for (const host of [server.host, `localhost:${port}`]) assert.equal(await statusOf(`http://${host}/`), 200)
  })

  for (const host of ['ecr.example', '169.254.169.254', '[2001:db8::1]:4566']) {
    it(`connects to no other, such as ${host}`, async () => {
      await assert.rejects(statusOf(`http://${host}/`), { name: 'UnsafeAddressError', host, protocol: 'http' })
    })
  }
})
