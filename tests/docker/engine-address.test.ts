import assert from 'node:assert/strict'
import { formatEngineAddress, readEngineAddress } from '../../src/docker/engine-address.ts'

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
      assert.equal(formatEngineAddress(readEngineAddress({ DOCKER_HOST: dockerHost })), address)
    })
  }

  for (const dockerHost of [
    'ssh://agent@build',
    'tcp://docker:2375',
    'tcp://10.0.0.1',
    'npipe:////./pipe/x',
    'docker',
  ]) {
    it(`refuses ${dockerHost}`, () => {
      assert.throws(
        () => readEngineAddress({ DOCKER_HOST: dockerHost }),
        /has to run on the agent itself.*Set DOCKER_HOST/,
      )
    })
  }

  it('keeps the password of an address out of the message', () => {
    assert.throws(
      () => readEngineAddress({ DOCKER_HOST: 'ssh://agent:secret@build' }),
      (error: Error) => error.message.includes('ssh://build:') && !error.message.includes('secret'),
    )
  })
})
