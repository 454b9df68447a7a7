import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { networkWarnings, readNetwork } from '../../src/http/network.ts'
import { throws } from '../support/problems.ts'

describe('readNetwork', () => {
  const names = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'NODE_EXTRA_CA_CERTS']
  const before = names.map((name) => [name, process.env[name]] as const)
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-'))
    for (const name of names) Reflect.deleteProperty(process.env, name)
  })
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
    await rm(folder, { recursive: true })
  })

  const network = (variables: Readonly<Record<string, string>> = {}) => readNetwork((name) => variables[name])

  it('has no proxy and no authorities where nobody says so', () => {
    assert.equal(network().proxyFor('https://mcr.microsoft.com/'), undefined)
    assert.deepEqual(network().authorities, [])
  })

  it("takes the environment's proxy, but for what that leaves out", () => {
    process.env.HTTPS_PROXY = 'http://proxy.example:3128'
    process.env.NO_PROXY = '.internal.example,mcr.example'

    assert.equal(network().proxyFor('https://mcr.microsoft.com/'), 'http://proxy.example:3128/')
    assert.equal(network().proxyFor('https://a.internal.example/'), undefined)
    assert.equal(network().proxyFor('https://mcr.example/'), undefined)
  })

  for (const [given, taken] of [
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['http://proxy.example', 'http://proxy.example/'],
    ['https://proxy.example:3129', 'https://proxy.example:3129/'],
    ['http://me:p%40ss@proxy.example:3128', 'http://me:p%40ss@proxy.example:3128/'],
  ] as const) {
    it(`takes ${given} for ${taken}`, () => {
      process.env.HTTPS_PROXY = given

      assert.equal(network().proxyFor('https://mcr.microsoft.com/'), taken)
    })
  }

  it('says whose proxy is no URL, and does not show it', () => {
    process.env.HTTPS_PROXY = 'http://me:hunter2@proxy example'

    throws(() => network().proxyFor('https://mcr.microsoft.com/'), {
      name: 'NetworkSettingError',
      setting: { is: 'proxy', of: 'HTTPS_PROXY' },
      message: 'Cannot use the proxy of HTTPS_PROXY: it is not an http address. Write it as http://host:port.',
    })
    for (const address of ['me:hunter2@proxy.example', 'socks5://me:hunter2@proxy.example']) {
      throws(() => network({ 'Agent.ProxyUrl': address }), {
        message: /^Cannot use the proxy of the agent's configuration: it is not an http address\./,
      })
    }
  })

  it("prefers the agent's own proxy, with its user and its expressions of what to leave out", () => {
    process.env.HTTPS_PROXY = 'http://other.example:3128'
    const { proxyFor } = network({
      'Agent.ProxyUrl': 'http://proxy.example:8080',
      'Agent.ProxyUsername': 'me@example',
      'Agent.ProxyPassword': 'p@ss:word',
      'Agent.ProxyBypassList': String.raw`["\\.internal\\.example","(?<=never)[", "^https://MCR\\."]`,
    })

    assert.equal(proxyFor('https://hooks.example/'), 'http://me%40example:p%40ss%3Aword@proxy.example:8080/')
    assert.equal(proxyFor('https://a.internal.example/'), undefined)
    assert.equal(proxyFor('https://mcr.example/'), undefined)
  })

  for (const list of ['no list', '{}', '"a"', '[1]']) {
    it(`says that ${list} is no list of what to leave out`, () => {
      throws(() => network({ 'Agent.ProxyUrl': 'http://proxy.example', 'Agent.ProxyBypassList': list }), {
        name: 'NetworkSettingError',
        setting: { is: 'proxy-bypass-list' },
        message: "Cannot use Agent.ProxyBypassList: it is not a JSON list. Correct the agent's .proxybypass.",
      })
    })
  }

  it('reads the authorities of the agent, and those of Node, which they would replace', async () => {
    const [own, extra] = [join(folder, 'own.pem'), join(folder, 'extra.pem')]
    await writeFile(own, 'OWN')
    await writeFile(extra, 'EXTRA')
    process.env.NODE_EXTRA_CA_CERTS = extra

    assert.deepEqual(network({ 'Agent.CAInfo': own }).authorities, ['OWN', 'EXTRA'])
  })

  it('says which file of authorities cannot be read', () => {
    const file = join(folder, 'missing.pem')

    throws(() => network({ 'Agent.CAInfo': file }), {
      name: 'NetworkSettingError',
      setting: { is: 'authorities', file },
      message: `Cannot read the certificate authorities in ${file}: the file cannot be read. Correct the agent's sslcacert or NODE_EXTRA_CA_CERTS.`,
    })
  })
})

describe('readNetwork of an agent with certificates', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-'))
    await writeFile(join(folder, 'client.pem'), 'CERT')
    await writeFile(join(folder, 'client.key'), 'KEY')
  })
  after(() => rm(folder, { recursive: true }))

  const variables = () => ({
    'Agent.ClientCert': join(folder, 'client.pem'),
    'Agent.ClientCertKey': join(folder, 'client.key'),
  })
  const read = (given: Readonly<Record<string, string>>) => readNetwork((name) => given[name])

  it('reads the client certificate, its key and its password', () => {
    assert.deepEqual(read(variables()).clientCertificate, { cert: 'CERT', key: 'KEY' })
    assert.deepEqual(read({ ...variables(), 'Agent.ClientCertPassword': 'geheim' }).clientCertificate, {
      ...{ cert: 'CERT', key: 'KEY' },
      passphrase: 'geheim',
    })
    assert.equal(read({ 'Agent.ClientCert': join(folder, 'client.pem') }).clientCertificate, undefined)
  })

  it('says which file of the client certificate cannot be read', () => {
    const file = join(folder, 'missing.key')

    throws(() => read({ ...variables(), 'Agent.ClientCertKey': file }), {
      name: 'NetworkSettingError',
      message: `Cannot read the agent's client certificate in ${file}: the file cannot be read. Correct the agent's sslclientcert and sslclientcertkey.`,
    })
  })

  it('trusts everybody only where the agent says so', () => {
    assert.equal(read({ 'Agent.SkipCertValidation': 'True' }).trustsEverybody, true)
    assert.equal(read({ 'Agent.SkipCertValidation': 'False' }).trustsEverybody, undefined)
  })
})

describe('networkWarnings', () => {
  const warnings = (given: Readonly<Record<string, string>>) => networkWarnings((name) => given[name])

  it('has nothing to say of most agents', () => {
    assert.deepEqual(warnings({}), [])
    assert.deepEqual(warnings({ 'Agent.ProxyBypassList': '["\\\\.internal$"]', 'Agent.CAInfo': '/ca.pem' }), [])
  })

  it('warns loudly where certificates are not checked', () => {
    const [warning, ...more] = warnings({ 'Agent.SkipCertValidation': 'True' })

    assert.match(warning ?? '', /Agent\.SkipCertValidation\): no host's certificate is checked/)
    assert.deepEqual(more, [])
  })

  it('warns loudly where Node was told to check no certificate', () => {
    const [warning, ...more] = networkWarnings(() => undefined, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })

    assert.match(warning ?? '', /^NODE_TLS_REJECT_UNAUTHORIZED=0 is set: no host's certificate is checked/)
    assert.deepEqual(more, [])
    assert.deepEqual(
      networkWarnings(() => undefined, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }),
      [],
    )
  })

  it('names a bypass that is no expression', () => {
    assert.deepEqual(warnings({ 'Agent.ProxyBypassList': '["(", "a"]' }), [
      `The agent's .proxybypass has "(", which is not an expression; it is ignored.`,
    ])
  })
})
