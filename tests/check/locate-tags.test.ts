import assert from 'node:assert/strict'
import { locateTags } from '../../src/check/locate-tags.ts'
import { digestOf } from '../../src/model/digest.ts'
import { aReleaseLine, aRelease } from '../support/builders.ts'

describe('locateTags', () => {
  const one = '10.0-noble-1.0.0'
  const two = '10.0-noble-1.1.0'
  const bookmark = '10.0-noble-current'
  const rows: readonly (readonly [what: string, floating: Record<string, string>, places: object])[] = [
    ['everything on the release', { [bookmark]: two, latest: two }, { bookmark: 'on-it', latest: 'on-it' }],
    ['nothing at all', {}, { bookmark: 'missing', latest: 'elsewhere' }],
    ['an interrupted publish', { [bookmark]: one, latest: one }, { bookmark: 'behind', latest: 'on-older-release' }],
    ['a roll-back', { [bookmark]: two, latest: one }, { bookmark: 'on-it', latest: 'on-older-release' }],
    [
      'latest on another line',
      { [bookmark]: two, latest: '8.0-noble-1.0.0' },
      { bookmark: 'on-it', latest: 'elsewhere' },
    ],
    [
      'latest on what is almost a version',
      { [bookmark]: two, latest: '10.0-noble-1.2.0-rc1' },
      { bookmark: 'on-it', latest: 'elsewhere' },
    ],
    [
      'a bookmark on an image without version',
      { [bookmark]: 'test', latest: two },
      { bookmark: 'behind', latest: 'on-it' },
    ],
    [
      'the bookmark of another line',
      { '10.0-noble2-current': two, latest: two },
      { bookmark: 'missing', latest: 'on-it' },
    ],
  ]
  for (const [what, floating, places] of rows) {
    it(`sees ${what}`, () => {
      const versions = [one, two, '8.0-noble-1.0.0', '10.0-noble-1.2.0-rc1'].map((tag) => [tag, tag] as const)
      const tags = new Map([...versions, ...Object.entries(floating)].map(([tag, to]) => [tag, digestOf(to)]))

      assert.deepEqual(locateTags(aReleaseLine(), aRelease({ version: '1.1.0' }), tags), places)
    })
  }

  it('sees latest on a release that has two versions', () => {
    const digest = digestOf('same image')
    const tags = new Map([one, two, 'latest'].map((tag) => [tag, digest]))

    assert.equal(locateTags(aReleaseLine(), aRelease({ version: '1.1.0', digest }), tags).latest, 'on-it')
  })
})
