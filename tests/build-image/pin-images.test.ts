import assert from 'node:assert/strict'
import { pinImages } from '../../src/build-image/pin-images.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { digestOf } from '../../src/model/digest.ts'
import { type Platform, samePlatform } from '../../src/model/platform.ts'
import { parseReference } from '../../src/model/reference.ts'
import { amd64, arm64 } from '../support/builders.ts'

const nameFor = (platform: Platform) => (samePlatform(platform, amd64) ? 'localhost/base:1' : 'localhost/base:other')
const pin = (text: string, image: string, mirrors: Record<string, string> = {}) => {
  const { content, pins } = pinImages(
    readDockerfile(parseDockerfile(text), { platform: amd64, buildPlatform: arm64 }),
    { image: parseReference(image), platform: amd64, nameFor },
    mirrors,
  )
  return { text: content.text, pins }
}
const onePin = { platform: amd64, name: 'localhost/base:1' }

const digest = digestOf('a')

describe('pinImages', () => {
  const rows: readonly (readonly [what: string, text: string, image: string, pinned: string])[] = [
    ['FROM', 'FROM a.io/b:1 AS x', 'a.io/b:1', 'FROM localhost/base:1 AS x'],
    [
      'every use',
      'FROM a.io/b:1 AS x\nFROM a.io/b:1\nCOPY --from=a.io/b:1 y z',
      'a.io/b:1',
      'FROM localhost/base:1 AS x\nFROM localhost/base:1\nCOPY --from=localhost/base:1 y z',
    ],
    ['another spelling', 'FROM docker.io/library/ubuntu', 'ubuntu:latest', 'FROM localhost/base:1'],
    ['a variable', 'ARG T=1\nFROM a.io/b:$T', 'a.io/b:1', 'ARG T=1\nFROM localhost/base:1'],
    ['a digest', `FROM a.io/b:1@${digest}`, `a.io/b:1@${digest}`, 'FROM localhost/base:1'],
  ]
  for (const [what, text, image, pinned] of rows) {
    it(`pins ${what}`, () => {
      assert.deepEqual(pin(text, image), { text: pinned, pins: [onePin] })
    })
  }

  const others: readonly (readonly [what: string, text: string])[] = [
    ['another tag', 'FROM a.io/b:2'],
    ['another registry', 'FROM c.io/b:1'],
    ['a pinned digest of the same tag', `FROM a.io/b:1@${digest}`],
    ['scratch', 'FROM scratch'],
    ['what cannot be read', 'FROM $NONE'],
  ]
  for (const [what, text] of others) {
    it(`leaves ${what}`, () => {
      assert.deepEqual(pin(text, 'a.io/b:1'), { text, pins: [] })
    })
  }

  const platforms: readonly (readonly [text: string, pinned: string, names: readonly string[]])[] = [
    ['FROM --platform=linux/amd64 a.io/b:1', 'FROM --platform=linux/amd64 localhost/base:1', ['localhost/base:1']],
    [
      'FROM --platform=$BUILDPLATFORM a.io/b:1',
      'FROM --platform=$BUILDPLATFORM localhost/base:other',
      ['localhost/base:other'],
    ],
    [
      'FROM --platform=$BUILDPLATFORM a.io/b:1 AS x\nCOPY --from=a.io/b:1 y z\nFROM a.io/b:1',
      'FROM --platform=$BUILDPLATFORM localhost/base:other AS x\nCOPY --from=localhost/base:1 y z\nFROM localhost/base:1',
      ['localhost/base:other', 'localhost/base:1'],
    ],
  ]
  for (const [text, pinned, names] of platforms) {
    it(`gives each platform its own in ${JSON.stringify(text)}`, () => {
      const { text: swapped, pins } = pin(text, 'a.io/b:1')

      assert.equal(swapped, pinned)
      assert.deepEqual(
        pins.map(({ name }) => name),
        names,
      )
    })
  }

  it('leaves the image that reads the file what it is, but for its mirror', () => {
    const { text, pins } = pin('# syntax=a.io/b:1\nFROM c', 'a.io/b:1', { 'a.io': 'm.example/a' })

    assert.equal(text, '# syntax=m.example/a/b:1\nFROM c')
    assert.deepEqual(pins, [])
  })

  it('sends every other image through the mirror of its registry', () => {
    const text = `FROM a.io/sdk:1 AS s\nFROM a.io/b:1\nCOPY --from=s x y\nCOPY --from=a.io/c@${digest} x y\nCOPY --from=d.io/e x y`

    const pinned = pin(text, 'a.io/b:1', { 'a.io': 'm.example/a' })

    assert.equal(
      pinned.text,
      `FROM m.example/a/sdk:1 AS s\nFROM localhost/base:1\nCOPY --from=s x y\nCOPY --from=m.example/a/c@${digest} x y\nCOPY --from=d.io/e x y`,
    )
  })
})
