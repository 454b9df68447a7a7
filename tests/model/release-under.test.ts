import assert from 'node:assert/strict'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import { type ReleaseUnder, releaseUnder } from '../../src/model/release-under.ts'
import { aReleaseLine } from '../support/builders.ts'

describe('releaseUnder', () => {
  const ours = { tag: '10.0-noble-1.0.0', isOfThisLine: true }
  const theirs = { tag: '8.0-noble-2.0.0', isOfThisLine: false }
  const rows: readonly (readonly [what: string, tags: Readonly<Record<string, string>>, found?: ReleaseUnder])[] = [
    ['a release of this line', { latest: 'a', '10.0-noble-1.0.0': 'a', '10.0-noble-1.1.0': 'b' }, ours],
    ['a release of another line', { '8.0-noble-2.0.0': 'a', latest: 'a' }, theirs],
    ['a release of both lines', { '8.0-noble-2.0.0': 'a', '10.0-noble-1.0.0': 'a', latest: 'a' }, ours],
    [
      'a release that other floating tags are on too',
      { '10.0': 'a', '10.0-noble-current': 'a', latest: 'a', '10.0-noble-1.0.0': 'a' },
      ours,
    ],
    [
      'a line whose prefix begins as this one',
      { latest: 'a', '10.0-noble-x-1.0.0': 'a' },
      { tag: '10.0-noble-x-1.0.0', isOfThisLine: false },
    ],
    ['an image that is no release', { latest: 'a', nightly: 'a', '10.0-noble-1.0.0': 'b' }],
    ['a tag that does not exist', { '10.0-noble-1.0.0': 'a' }],
    ['an empty repository', {}],
  ]
  for (const [what, tags, found] of rows) {
    it(`${found === undefined ? 'finds none' : `finds ${found.tag}`} for ${what}`, () => {
      const known = new Map<string, Digest>(Object.entries(tags).map(([tag, content]) => [tag, digestOf(content)]))

      assert.deepEqual(releaseUnder('latest', aReleaseLine(), known), found)
    })
  }
})
