import assert from 'node:assert/strict'
import { keepsTag, type TagSettings } from '../../src/model/tag-settings.ts'
import type { Version } from '../../src/model/release-line.ts'
import { aReleaseLine } from '../support/builders.ts'
import { howToFree, howToProtect, versionPattern } from '../../src/publish/advise-settings.ts'

describe('versionPattern', () => {
  it('fits the versions of a line, and none of its floating tags', () => {
    const exceptions = [versionPattern(aReleaseLine({ tagPrefix: '10.0-noble' }), '1.4.0' as Version)]

    const tags = ['10.0-noble-1.4.0', '10.0-noble-1.10.11', '10.0-noble-current', '10.0', 'latest']
    const kept = tags.map((tag) => keepsTag({ tags: 'movable', exceptions }, tag))

    assert.deepEqual(kept, [true, true, false, false, false])
  })

  it('fits no tag of another line whose prefix begins with it', () => {
    const exceptions = [versionPattern(aReleaseLine({ tagPrefix: '8.0' }), '1.0.0' as Version)]

    for (const tag of ['8.0-alpine3.20', '8.0-alpine3.20-current', '8.0-noble-2.1.0', '8.0.14', '8.0-22.04-current']) {
      assert.equal(keepsTag({ tags: 'movable', exceptions }, tag), false, tag)
    }
  })
})

describe('howToFree', () => {
  const rows: readonly (readonly [settings: TagSettings, advice: string])[] = [
    [{ tags: 'frozen', exceptions: [] }, 'set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the filter "latest"'],
    [
      { tags: 'frozen', exceptions: ['10.0'] },
      'set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the filters "10.0", "latest"',
    ],
    [{ tags: 'movable', exceptions: ['8.0-*', 'l*'] }, 'narrow its immutable filter "l*"'],
  ]
  for (const [settings, advice] of rows) {
    it(`advises for ${settings.tags} tags but ${settings.exceptions.join(' ')}`, () => {
      assert.equal(howToFree(['latest'], settings), advice)
    })
  }

  it('gives one setting for several tags', () => {
    assert.match(
      howToFree(['10.0', 'latest'], { tags: 'frozen', exceptions: ['a', 'latest'] }),
      /EXCLUSION with the filters "a", "latest", "10\.0"$/,
    )
    assert.equal(
      howToFree(['10.0', '10', 'latest'], { tags: 'movable', exceptions: ['10*', 'l*'] }),
      'narrow its immutable filters "10*", "l*"',
    )
  })

  it('says that ECR takes no more than five filters', () => {
    assert.match(
      howToFree(['e', 'f'], { tags: 'frozen', exceptions: ['a', 'b', 'c', 'd'] }),
      /"e", "f" \(ECR takes 5 at most: let one with \* stand for several\)$/,
    )
    assert.match(howToFree(['e'], { tags: 'frozen', exceptions: ['a', 'b', 'c', 'd'] }), /"d", "e"$/)
  })
})

describe('howToProtect', () => {
  const rows: readonly (readonly [settings: TagSettings, advice: string])[] = [
    [
      { tags: 'movable', exceptions: [] },
      'set its tag mutability to MUTABLE_WITH_EXCLUSION with the filter "10.0-*.*"',
    ],
    [
      { tags: 'movable', exceptions: ['8.0-*.*'] },
      'set its tag mutability to MUTABLE_WITH_EXCLUSION with the filters "8.0-*.*", "10.0-*.*"',
    ],
    [{ tags: 'frozen', exceptions: ['10.0*'] }, 'narrow its mutable filter "10.0*"'],
  ]
  for (const [settings, advice] of rows) {
    it(`advises for ${settings.tags} tags but ${settings.exceptions.join(' ')}`, () => {
      assert.equal(howToProtect('10.0-*.*', settings), advice)
    })
  }
})
