import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import {
  type ContentFault,
  isManifestType,
  readConfiguration,
  readManifestBody,
} from '../../src/registry/read-content.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { aspnet } from '../support/builders.ts'
import { throws, told } from '../support/problems.ts'

const bytes = (content: object | string) => Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
const oci = 'application/vnd.oci.image.manifest.v1+json'
const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws'
const image = { schemaVersion: 2, mediaType: oci, config: { digest: digestOf('config') }, layers: [] }

/** What people hear of it, behind the name of the image. */
function toldOf(fault: ContentFault): string {
  return told(new RegistryError(aspnet, { what: 'content', fault })).replace(/^Cannot read \S+: /, '')
}

describe('readManifestBody', () => {
  for (const contentType of [oci, `${oci}; charset=utf-8`, 'application/json', 'text/plain', undefined]) {
    it(`reads an image that comes as ${contentType ?? 'nothing'}`, () => {
      assert.deepEqual(readManifestBody(bytes(image), contentType), { kind: 'image', config: digestOf('config') })
    })
  }

  it('reads one that names no media type', () => {
    assert.equal(readManifestBody(bytes({ manifests: [] }), oci).kind, 'index')
  })

  const junk: readonly (readonly [
    what: string,
    content: object | string,
    contentType: string,
    fault: ContentFault,
    told: RegExp,
  ])[] = [
    [
      'a web page',
      '<html>Sign in</html>',
      'text/html; charset=utf-8',
      { is: 'web-page' },
      /^a web page came instead of a manifest\. Check the input "reg/,
    ],
    ['a web page in disguise', '\n <!DOCTYPE html>', oci, { is: 'web-page' }, /^a web page came instead/],
    [
      'what a proxy says',
      'blocked',
      oci,
      { is: 'not-json' },
      /^what came instead of a manifest is not JSON\. Check the input/,
    ],
    ['nothing', '', oci, { is: 'not-json' }, /^what came instead of a manifest is not JSON/],
    [
      'schema 1',
      { schemaVersion: 1, fsLayers: [] },
      schema1,
      { is: 'schema-1' },
      /^it is stored as a manifest of schema 1, .* Push it again/,
    ],
    [
      'schema 1 in disguise',
      { schemaVersion: 1, fsLayers: [] },
      'application/json',
      { is: 'schema-1' },
      /^it is stored as a manifest of schema 1/,
    ],
    [
      'an artifact',
      { ...image, mediaType: 'application/vnd.example+json' },
      oci,
      { is: 'other-media-type', mediaType: 'application/vnd.example+json' },
      /^its media type, application\/vnd\.example\+json, is not that of an image\. Check the FROM/,
    ],
    [
      'a strange media type',
      { ...image, mediaType: '##vso[task.complete]' },
      oci,
      { is: 'other-media-type' },
      /^its media type is not that of an image\. /,
    ],
    [
      'an error',
      { errors: [{ code: 'DENIED' }] },
      oci,
      { is: 'not-an-image' },
      /^it is neither the manifest of an image nor an image index\. Check/,
    ],
    ['a number', '1', oci, { is: 'not-an-image' }, /^it is neither the manifest/],
    ['null', 'null', oci, { is: 'not-an-image' }, /^it is neither the manifest/],
  ]
  for (const [what, content, contentType, fault, said] of junk) {
    it(`says what it is where it is ${what}`, () => {
      throws(() => readManifestBody(bytes(content), contentType), { name: 'ContentError', fault })
      assert.match(toldOf(fault), said)
    })
  }
})

describe('readConfiguration', () => {
  it('reads labels and environment', () => {
    const content = { config: { Labels: { a: 'b' }, Env: ['C=d'] }, rootfs: { diff_ids: [] } }

    const { labels, environment } = readConfiguration(bytes(content))

    assert.deepEqual({ labels, environment }, { labels: { a: 'b' }, environment: { C: 'd' } })
  })

  for (const content of ['', '<html>', '[]', { config: 1 }]) {
    it(`refuses ${JSON.stringify(content)}`, () => {
      throws(() => readConfiguration(bytes(content)), { name: 'ContentError', fault: { is: 'not-a-configuration' } })
      assert.match(toldOf({ is: 'not-a-configuration' }), /^its configuration is not that of an image\. Che/)
    })
  }
})

describe('isManifestType', () => {
  const rows: readonly (readonly [contentType: string | undefined, claim: boolean])[] = [
    [undefined, true],
    [oci, true],
    ['Application/vnd.oci.image.index.v1+json; charset=utf-8', true],
    [schema1, false],
    ['text/html', false],
    ['application/json', false],
    ['', false],
  ]
  for (const [contentType, claim] of rows) {
    it(`says ${String(claim)} of ${contentType ?? 'none'}`, () => {
      assert.equal(isManifestType(contentType), claim)
    })
  }
})
