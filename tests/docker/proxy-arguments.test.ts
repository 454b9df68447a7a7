import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proxyArguments, withProxies } from '../../src/docker/proxy-arguments.ts'
import { throws } from '../support/problems.ts'

describe('proxyArguments', () => {
  const host = 'unix:///var/run/docker.sock'
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxy-arguments-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function read(config: unknown) {
    await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
    return proxyArguments({ DOCKER_CONFIG: folder }, host)
  }

  it('gives each proxy in capitals and in small letters, and none that is empty', async () => {
    const proxies = { default: { httpProxy: 'http://proxy:3128', httpsProxy: '', noProxy: 'localhost,.example' } }

    assert.deepEqual(await read({ proxies }), {
      HTTP_PROXY: 'http://proxy:3128',
      http_proxy: 'http://proxy:3128',
      NO_PROXY: 'localhost,.example',
      no_proxy: 'localhost,.example',
    })
  })

  it('takes the proxies of this engine before those of every other', async () => {
    const proxies = {
      default: { httpProxy: 'http://other:1' },
      [host]: { allProxy: 'socks5://proxy:2', ftpProxy: 'http://p:3', httpsProxy: 'http://p:4' },
    }

    assert.deepEqual(await read({ proxies }), {
      HTTPS_PROXY: 'http://p:4',
      https_proxy: 'http://p:4',
      FTP_PROXY: 'http://p:3',
      ftp_proxy: 'http://p:3',
      ALL_PROXY: 'socks5://proxy:2',
      all_proxy: 'socks5://proxy:2',
    })
  })

  for (const config of [
    {},
    { auths: {} },
    { proxies: {} },
    { proxies: { 'tcp://other:1': { httpProxy: 'http://p' } } },
  ]) {
    it(`gives none for ${JSON.stringify(config)}`, async () => {
      assert.deepEqual(await read(config), {})
    })
  }

  it('gives none where there is no configuration', () => {
    assert.deepEqual(proxyArguments({ DOCKER_CONFIG: join(folder, 'absent') }, host), {})
  })

  it('refuses a configuration that is not JSON', async () => {
    await writeFile(join(folder, 'config.json'), '{')

    throws(() => proxyArguments({ DOCKER_CONFIG: folder }, host), { name: 'DockerConfigError' })
  })
})

describe('withProxies', () => {
  const proxies = { HTTP_PROXY: 'http://a:1', http_proxy: 'http://a:1', NO_PROXY: 'localhost', no_proxy: 'localhost' }

  it('adds what nobody gives', () => {
    assert.deepEqual(withProxies({ VERSION: '1' }, proxies), { VERSION: '1', ...proxies })
  })

  for (const name of ['no_proxy', 'NO_PROXY', 'No_Proxy']) {
    it(`leaves ${name} as it is given, and adds no other spelling of it`, () => {
      const { HTTP_PROXY, http_proxy } = proxies

      assert.deepEqual(withProxies({ [name]: 'given' }, proxies), { HTTP_PROXY, http_proxy, [name]: 'given' })
    })
  }
})
