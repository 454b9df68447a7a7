import assert from 'node:assert/strict'
import {
  compareLayers,
  dotnetVersion,
  type ImageConfig,
  parseEnvironment,
  parseImageConfig,
} from '../../src/model/image-config.ts'
import { amd64, arm64 } from '../support/builders.ts'

describe('parseImageConfig', () => {
  const empty = { labels: {}, environment: {}, layers: [], history: [] }
  const rows: readonly (readonly [what: string, document: object, config: object])[] = [
    [
      'labels and environment',
      { config: { Labels: { a: '1' }, Env: ['B=2'] }, rootfs: {} },
      { ...empty, labels: { a: '1' }, environment: { B: '2' } },
    ],
    ['neither, as the classic builder writes it', { config: { Labels: null, Env: null }, rootfs: {} }, empty],
    [
      'the platform',
      { os: 'linux', architecture: 'arm64', variant: 'v8', rootfs: {} },
      { ...empty, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ],
    [
      'nulls of other tools',
      { config: null, rootfs: {}, history: [{ created: null, created_by: null, empty_layer: null }] },
      { ...empty, history: [{ isEmptyLayer: false }] },
    ],
    ['an empty configuration', { config: {}, rootfs: { diff_ids: null }, history: null }, empty],
    ['no configuration', { rootfs: {} }, empty],
    [
      'layers and history',
      {
        rootfs: { type: 'layers', diff_ids: ['sha256:a', 'sha256:b'] },
        history: [
          { created: '2026-11-10T00:00:00Z', created_by: 'COPY a /', comment: 'buildkit' },
          { created_by: 'ENV A=1', empty_layer: true },
        ],
      },
      {
        ...empty,
        layers: ['sha256:a', 'sha256:b'],
        history: [
          { created: '2026-11-10T00:00:00Z', createdBy: 'COPY a /', isEmptyLayer: false },
          { createdBy: 'ENV A=1', isEmptyLayer: true },
        ],
      },
    ],
  ]
  for (const [what, document, config] of rows) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parseImageConfig(JSON.stringify(document)), config)
    })
  }

  for (const text of [
    '',
    'null',
    '<html>',
    '{"config":{"Env":"A=1"}}',
    '{"config":{"Labels":{"a":1}}}',
    '{"config":{}}',
  ]) {
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
    [{ ASPNET_VERSION: '1|2\n##vso[x]', DOTNET_VERSION: '11.0.0-preview.1+sha' }, '11.0.0-preview.1+sha'],
    [{ DOTNET_VERSION: `1${'0'.repeat(64)}` }, undefined],
  ]
  for (const [environment, version] of rows) {
    it(`gives ${version ?? 'none'} for ${Object.keys(environment).join(' and ')}`, () => {
      assert.equal(dotnetVersion({ environment }), version)
    })
  }
})

describe('compareLayers', () => {
  const step = (createdBy: string, isEmptyLayer = false) => ({ created: '2026-11-10', createdBy, isEmptyLayer })
  const image = (layers: string[], history: ImageConfig['history']): ImageConfig => ({
    labels: {},
    environment: {},
    layers,
    history,
  })
  const layers = image(['a', 'b'], [step('rootfs'), step('ENV X=1', true), step('COPY dotnet')])
  const base = { ...layers, platform: amd64 }
  const built = (...more: string[]) =>
    image([...base.layers, ...more], [...base.history, ...more.map((name) => step(name))])

  const rows: readonly (readonly [what: string, image: ImageConfig, comparison: string])[] = [
    ['an image with layers on top', built('c', 'd'), 'built-on'],
    ['the base itself', built(), 'built-on'],
    ['an image of another platform with the same layers', { ...built(), platform: arm64 }, 'built-on-other'],
    [
      'an image whose history writes the same instants in another way',
      {
        ...built('c'),
        history: built('c').history.map((entry) => ({ ...entry, created: '2026-11-10T00:00:00.000Z' })),
      },
      'built-on',
    ],
    ['an image with other layers', image(['x', 'y', 'z'], base.history), 'built-on-other'],
    ['an image with the same layers in another order', image(['b', 'a', 'c'], base.history), 'built-on-other'],
    ['an image on an older base of the same depth', image(['a', 'old', 'c'], base.history), 'built-on-other'],
    [
      'an image on the same layers with other settings',
      image(['a', 'b', 'c'], [step('rootfs'), step('ENV X=0', true), step('COPY dotnet')]),
      'built-on-other',
    ],
    ['an image whose history was rewritten', image(['a', 'b', 'c'], []), 'built-on-other'],
    ['a squashed image', image(['all'], [step('squashed')]), 'not-comparable'],
    ['an image without layers', image([], []), 'not-comparable'],
  ]
  for (const [what, candidate, comparison] of rows) {
    it(`finds ${what} ${comparison}`, () => {
      assert.equal(compareLayers(candidate, base), comparison)
    })
  }

  it('cannot compare with a base that has no layers', () => {
    assert.equal(compareLayers(built('c'), image([], [])), 'not-comparable')
  })
})
