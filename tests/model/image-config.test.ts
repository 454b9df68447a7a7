import assert from 'node:assert/strict'
import { dotnetVersion, parseEnvironment, parseImageConfig } from '../../src/model/image-config.ts'

describe('parseImageConfig', () => {
  const rows: readonly (readonly [what: string, document: object, labels: object, environment: object])[] = [
    ['labels and environment', { config: { Labels: { a: '1' }, Env: ['B=2'] } }, { a: '1' }, { B: '2' }],
    ['neither, as the classic builder writes it', { config: { Labels: null, Env: null } }, {}, {}],
    ['an empty configuration', { config: {} }, {}, {}],
    ['no configuration', { rootfs: {} }, {}, {}],
  ]
  for (const [what, document, labels, environment] of rows) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parseImageConfig(JSON.stringify(document)), { labels, environment })
    })
  }

  for (const text of ['', 'null', '<html>', '{"config":{"Env":"A=1"}}', '{"config":{"Labels":{"a":1}}}']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseImageConfig(text), Error)
    })
  }
})

describe('parseEnvironment', () => {
  it('splits at the first equals sign only', () => {
    assert.deepEqual(parseEnvironment(['A=1', 'B=x=y', 'C=', 'D']), { A: '1', B: 'x=y', C: '', D: '' })
  })
})

describe('dotnetVersion', () => {
  const rows: readonly (readonly [environment: Record<string, string>, version: string | undefined])[] = [
    [{ DOTNET_VERSION: '10.0.14', ASPNET_VERSION: '10.0.15' }, '10.0.15'],
    [{ DOTNET_VERSION: '10.0.14', DOTNET_SDK_VERSION: '10.0.300' }, '10.0.14'],
    [{ DOTNET_SDK_VERSION: '10.0.300' }, '10.0.300'],
    [{ PATH: '/usr/bin' }, undefined],
  ]
  for (const [environment, version] of rows) {
    it(`gives ${version ?? 'none'} for ${Object.keys(environment).join(' and ')}`, () => {
      assert.equal(dotnetVersion({ environment }), version)
    })
  }
})
