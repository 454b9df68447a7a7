import assert from 'node:assert/strict'
import { connectionCredentials, firstOf } from '../../src/registry/connection-credentials.ts'
import { throws } from '../support/problems.ts'

const fields = { registry: 'https://registry.example/', username: 'reader', password: 'secret' }
const found = { username: 'reader', password: 'secret' }

describe('connectionCredentials', () => {
  const rows: readonly (readonly [address: string, asked: string, belongs: boolean])[] = [
    ['https://registry.example/', 'registry.example', true],
    ['registry.example', 'registry.example', true],
    ['registry.example:5000', 'registry.example:5000', true],
    ['https://registry.example:443/v2/', 'registry.example', true],
    ['https://index.docker.io/v1/', 'docker.io', true],
    ['https://registry.example/', 'other.example', false],
    ['https://registry.example/', 'registry.example:5000', false],
    ['https://registry.example/', 'a.registry.example', false],
    ['https://index.docker.io/v1/', 'mcr.microsoft.com', false],
  ]
  for (const [registry, asked, belongs] of rows) {
    it(`${belongs ? 'gives' : 'does not give'} those of ${registry} to ${asked}`, async () => {
      const find = connectionCredentials({ ...fields, registry }, () => undefined)

      assert.deepEqual(await find(asked), belongs ? found : undefined)
    })
  }

  for (const missing of [{ registry: '' }, { registry: 'https://' }, { username: '' }, { password: '' }]) {
    it(`says what is missing where a field is ${JSON.stringify(missing)}`, () => {
      throws(() => connectionCredentials({ ...fields, ...missing }, () => undefined), {
        name: 'InvalidValue',
        message: /names a connection without a registry address, user name or/,
      })
    })
  }

  it('masks the password at once', () => {
    const masked: string[] = []

    connectionCredentials(fields, (secret) => masked.push(secret))

    assert.deepEqual(masked, ['secret'])
  })
})

describe('firstOf', () => {
  const none = () => Promise.resolve(undefined)

  it('asks one after the other until credentials are found', async () => {
    const never = () => Promise.reject(new Error('asked without need'))

    assert.deepEqual(await firstOf(none, () => Promise.resolve(found), never)('registry.example'), found)
  })

  it('gives nothing where nobody has any', async () => {
    assert.equal(await firstOf(none, none)('registry.example'), undefined)
    assert.equal(await firstOf()('registry.example'), undefined)
  })
})
