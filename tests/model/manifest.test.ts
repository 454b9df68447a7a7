import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { entryFor, parseManifest } from '../../src/model/manifest.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { amd64, arm64 } from '../support/builders.ts'

const entry = (name: string, platform?: object) => ({ digest: digestOf(name), size: 1, ...(platform && { platform }) })
const index = (...manifests: object[]) => JSON.stringify({ schemaVersion: 2, manifests })

describe('parseManifest', () => {
  for (const mediaType of [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
  ]) {
    it(`reads an image, ${mediaType}`, () => {
      const json = JSON.stringify({ schemaVersion: 2, mediaType, config: { digest: digestOf('config') }, layers: [] })

      assert.deepEqual(parseManifest(json), { kind: 'image', config: digestOf('config') })
    })
  }

  it('reads an image that names no media type, as OCI allows', () => {
    assert.equal(parseManifest(JSON.stringify({ config: { digest: digestOf('c') } })).kind, 'image')
  })

  it('reads the platforms of an index', () => {
    const json = index(entry('a', { os: 'linux', architecture: 'amd64' }), entry('b', { ...arm64, variant: 'v8' }))

    assert.deepEqual(parseManifest(json), {
      kind: 'index',
      entries: [
        { digest: digestOf('a'), platform: amd64 },
        { digest: digestOf('b'), platform: { ...arm64, variant: 'v8' } },
      ],
    })
  })

  it('keeps entries without a platform, and drops those that are no image', () => {
    const json = index(
      entry('a', amd64),
      entry('b', { os: 'unknown', architecture: 'unknown' }),
      entry('c'),
      { ...entry('d', amd64), artifactType: 'application/vnd.example.sbom' },
      { ...entry('e'), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      { ...entry('f'), mediaType: 'application/vnd.example' },
      { ...entry('g'), mediaType: 'application/vnd.oci.image.manifest.v1+json', platform: null },
    )

    assert.deepEqual(parseManifest(json), {
      kind: 'index',
      entries: [{ digest: digestOf('a'), platform: amd64 }, { digest: digestOf('c') }, { digest: digestOf('g') }],
    })
  })

  for (const [what, fields] of [
    ['an artifact by its type', { artifactType: 'application/vnd.example.sbom' }],
    ['an artifact by its configuration', { config: { mediaType: 'application/vnd.oci.empty.v1+json' } }],
  ] as const) {
    it(`takes for no image ${what}`, () => {
      const config = { digest: digestOf('c'), ...('config' in fields && fields.config) }

      assert.equal(parseManifest(JSON.stringify({ ...fields, config })).kind, 'artifact')
    })
  }

  it('takes an empty variant for none', () => {
    const json = index(entry('a', { ...amd64, variant: '', 'os.version': '10.0.1' }))

    assert.deepEqual(parseManifest(json), { kind: 'index', entries: [{ digest: digestOf('a'), platform: amd64 }] })
  })

  const junk: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['a web page', '<html><body>Sign in</body></html>'],
    ['null', 'null'],
    ['a text', '"manifest"'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['schema 1', JSON.stringify({ schemaVersion: 1, name: 'a', fsLayers: [], history: [] })],
    ['a config without digest', JSON.stringify({ config: { digest: 'sha256:1' } })],
    ['an index with a bad digest', JSON.stringify({ manifests: [{ digest: 'latest', platform: amd64 }] })],
    ['an index that is no list', JSON.stringify({ manifests: {} })],
    ['an error of a registry', JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] })],
  ]
  for (const [what, text] of junk) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseManifest(text), Error)
    })
  }
})

describe('entryFor', () => {
  const entries = [
    { digest: digestOf('a'), platform: amd64 },
    { digest: digestOf('b'), platform: { ...arm64, variant: 'v8' } },
  ]

  it('finds a platform, also where only one side names the implied variant', () => {
    assert.equal(entryFor(entries, amd64)?.digest, digestOf('a'))
    assert.equal(entryFor(entries, arm64)?.digest, digestOf('b'))
  })

  it('finds none where the wanted platform is missing', () => {
    assert.equal(entryFor(entries, parsePlatform('linux/s390x')), undefined)
  })

  it('finds none where an index has no image at all', () => {
    assert.equal(entryFor([], amd64), undefined)
  })
})
