import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEngineAddress, readEngineAddress } from '../../../src/docker/connection/engine-address.ts'
import { throws, told } from '../../support/problems.ts'

describe('readEngineAddress', () => {
  const accepted: readonly [dockerHost: string | undefined, address: string][] = [
    [undefined, 'unix:///var/run/docker.sock'],
    ['', 'unix:///var/run/docker.sock'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['unix:///run/user/1000/docker.sock', 'unix:///run/user/1000/docker.sock'],
    ['tcp://127.0.0.1:2376', 'tcp://127.0.0.1:2376'],
    ['tcp://localhost', 'tcp://localhost:2375'],
    ['tcp://[::1]:80', 'tcp://[::1]:80'],
  ]
  for (const [dockerHost, address] of accepted) {
    it(`reads ${dockerHost ?? 'no DOCKER_HOST'} as ${address}`, () => {
      const environment = { DOCKER_HOST: dockerHost, HOME: '/nowhere', XDG_RUNTIME_DIR: '/nowhere' }

      assert.equal(formatEngineAddress(readEngineAddress(environment)), address)
    })
  }

  describe('with no address', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'run-'))
    })
    afterEach(() => rm(folder, { recursive: true }))

    function addressWith(runtime: string): string {
      const environment = { HOME: folder, XDG_RUNTIME_DIR: runtime }
      return formatEngineAddress(readEngineAddress(environment, join(folder, 'usual.sock')))
    }

    it('takes the usual socket', async () => {
      await writeFile(join(folder, 'usual.sock'), '')
      await writeFile(join(folder, 'docker.sock'), '')

      assert.equal(addressWith(folder), `unix://${join(folder, 'usual.sock')}`)
    })

    it('takes that of a rootless engine where there is no other', async () => {
      await writeFile(join(folder, 'docker.sock'), '')

      assert.equal(addressWith(folder), `unix://${join(folder, 'docker.sock')}`)
    })

    it('takes the usual one where there is none, so that it is named', () => {
      assert.equal(addressWith(join(folder, 'nowhere')), `unix://${join(folder, 'usual.sock')}`)
    })
  })

  for (const dockerHost of [
    'ssh://agent@build',
    'tcp://docker:2375',
    'tcp://10.0.0.1',
    'npipe:////./pipe/x',
    'docker',
  ]) {
    it(`refuses ${dockerHost}`, () => {
      throws(() => readEngineAddress({ DOCKER_HOST: dockerHost }), {
        name: 'EngineAddressError',
        better: undefined,
        message: /has to run on the agent itself.*Set DOCKER_HOST/,
      })
    })
  }

  const misspelt = [
    ['/tmp/x.sock', /engine at \/tmp\/x\.sock: a socket is .* Set DOCKER_HOST to unix:\/\/\/tmp\/x\.sock\.$/],
    ['http://127.0.0.1:2375', /without TLS is reached by tcp\. Set DOCKER_HOST to tcp:\/\/127\.0\.0\.1:2375\.$/],
    ['https://localhost', /Set DOCKER_HOST to tcp:\/\/localhost:2375\.$/],
    ['http://10.0.0.1:2375', /has to run on the agent itself/],
  ] as const
  for (const [dockerHost, message] of misspelt) {
    it(`says how to write ${dockerHost}`, () => {
      throws(() => readEngineAddress({ DOCKER_HOST: dockerHost }), { message })
    })
  }

  it('keeps the password of an address out of the message', () => {
    assert.throws(
      () => readEngineAddress({ DOCKER_HOST: 'ssh://agent:secret@build' }),
      (error: Error) => told(error).includes('ssh://build:') && !`${error.message} ${told(error)}`.includes('secret'),
    )
  })
})
