import assert from 'node:assert/strict'
import { exceptionFor, keepsTag, type TagSettings } from '../../src/model/tag-settings.ts'

describe('keepsTag', () => {
  const rows: readonly (readonly [
    tags: TagSettings['tags'],
    exceptions: readonly string[],
    tag: string,
    keeps: boolean,
  ])[] = [
    ['movable', [], 'latest', false],
    ['frozen', [], 'latest', true],
    ['frozen', ['latest'], 'latest', false],
    ['frozen', ['latest'], 'latest-1', true],
    ['frozen', ['latest'], 'my-latest', true],
    ['frozen', ['latest'], 'LATEST', true],
    ['frozen', ['latest', '*-current'], '10.0-noble-current', false],
    ['frozen', ['8.0*'], '8.0.11-1', false],
    ['frozen', ['8.0'], '8x0', true],
    ['movable', ['10.0-noble-*.*'], '10.0-noble-1.4.0', true],
    ['movable', ['10.0-noble-*.*'], '10.0-noble-current', false],
    ['movable', ['10.0-noble-*.*'], '10.0-noble-.', true],
    ['movable', ['10.0-noble-*.*'], 'my-10.0-noble-1.4.0', false],
    ['movable', ['*'], 'anything', true],
    ['movable', ['a*b'], 'ab', true],
    ['movable', ['a*b'], 'abc', false],
  ]
  for (const [tags, exceptions, tag, keeps] of rows) {
    it(`says ${String(keeps)} of ${tag} where tags are ${tags} but for ${exceptions.join(' ')}`, () => {
      assert.equal(keepsTag({ tags, exceptions }, tag), keeps)
    })
  }
})

describe('exceptionFor', () => {
  it('names the first pattern that a tag fits', () => {
    const settings: TagSettings = { tags: 'movable', exceptions: ['8.0-*', '*.*', '10.0*'] }

    assert.equal(exceptionFor(settings, '10.0-noble'), '*.*')
    assert.equal(exceptionFor(settings, 'latest'), undefined)
  })
})
