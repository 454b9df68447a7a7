import assert from 'node:assert/strict'
import type { TagSettings } from '../../src/model/tag-settings.ts'
import { planFloatingTags, refuseFrozenTags } from '../../src/publish/plan-tags.ts'
import { throws } from '../support/problems.ts'

describe('planFloatingTags', () => {
  const rows: readonly (readonly [what: string, extraTags: string[], tagAsLatest: boolean, tags: string[]])[] = [
    ['nothing', [], false, []],
    ['latest', [], true, ['latest']],
    ['extra tags first, in their order', ['10.0', '20261123.1'], true, ['10.0', '20261123.1', 'latest']],
    ['each tag once', ['10.0', '10.0', 'latest'], true, ['10.0', 'latest']],
    ['latest last, also as an extra tag', ['latest', '10.0'], false, ['10.0', 'latest']],
    ['what only resembles a version', ['10.0.14', 'x-1.2', 'v1.2.3'], false, ['10.0.14', 'x-1.2', 'v1.2.3']],
  ]
  for (const [what, extraTags, tagAsLatest, tags] of rows) {
    it(`plans ${what}`, () => {
      assert.deepEqual(planFloatingTags({ extraTags, tagAsLatest }), tags)
    })
  }

  const refused: readonly (readonly [what: string, tag: string, message: RegExp])[] = [
    ['what is no tag', 'a/b', /has "a\/b", which is not a tag/],
    ['a tag that is too long', 'a'.repeat(129), /is not a tag/],
    ['the bookmark', '10.0-noble-current', /has the form of a bookmark/],
    ['the bookmark of another line', '8.0-noble-current', /has the form of a bookmark/],
    ['a version of the line', '10.0-noble-1.0.0', /looks like a version/],
    ['a version of another line', '8.0-noble-1.0.0', /looks like a version/],
  ]
  for (const [what, tag, message] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => planFloatingTags({ extraTags: ['10.0', tag], tagAsLatest: true }), {
        name: 'InvalidInput',
        field: 'extraTags',
        message,
      })
    })
  }
})

describe('refuseFrozenTags', () => {
  const rows: readonly (readonly [what: string, tag: string, settings: TagSettings, input: string | undefined])[] = [
    [
      'a tag under the filter of the versions',
      '10.0-noble-x.y',
      { tags: 'movable', exceptions: ['10.0-noble-*.*'] },
      'extraTags',
    ],
    ['latest under a filter', 'latest', { tags: 'movable', exceptions: ['8.0-*', 'l*'] }, 'tagAsLatest'],
    ['a tag beside the filter', '10.0', { tags: 'movable', exceptions: ['10.0-noble-*.*'] }, undefined],
    ['any tag where all can move', '10.0', { tags: 'movable', exceptions: [] }, undefined],
    // There a tag can be set once, such as one with the number of the build.
    ['a tag where none can move', '20261123.1', { tags: 'frozen', exceptions: [] }, undefined],
  ]
  for (const [what, tag, settings, input] of rows) {
    it(`${input === undefined ? 'accepts' : 'refuses'} ${what}`, () => {
      const refuse = () => {
        refuseFrozenTags({ floating: ['free', tag], tagAsLatest: true }, settings)
      }

      if (input === undefined) refuse()
      else
        throws(refuse, {
          name: 'InvalidInput',
          field: input,
          message: new RegExp(`the tag "${tag}", which could never move`),
        })
    })
  }

  it('names the input that asks for latest', () => {
    const settings: TagSettings = { tags: 'movable', exceptions: ['latest'] }

    throws(
      () => {
        refuseFrozenTags({ floating: ['latest'], tagAsLatest: false }, settings)
      },
      { field: 'extraTags' },
    )
  })
})
