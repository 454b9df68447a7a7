import assert from 'node:assert/strict'
import { concludeRehearsal, rehearsalLines, summarizeRehearsal } from '../../src/publish/describe-rehearsal.ts'
import type { Rehearsal } from '../../src/publish/rehearse-publish.ts'
import { aReleaseLine } from '../support/builders.ts'
import { memoryUri } from '../support/memory-repository.ts'

const to = '10.0-noble-1.1.0'
const rehearsal: Rehearsal = {
  releaseLine: aReleaseLine(),
  repository: { uri: memoryUri, tagSettings: { tags: 'movable', exceptions: [] } },
  image: 'localhost/image:1',
  versionTag: to,
  isThere: false,
  moves: [
    { tag: '10.0', to, outcome: 'moves' },
    { tag: 'latest', from: '10.0-noble-1.0.0', to, outcome: 'moves' },
    { tag: '10.0-noble-current', from: '10.0-noble-1.0.0', to, outcome: 'frozen' },
  ],
}
const first: Rehearsal = { ...rehearsal, repository: undefined }
const unknown: Rehearsal = { ...rehearsal, versionTag: undefined, moves: [] }

describe('rehearsalLines', () => {
  const rows: readonly (readonly [what: string, rehearsal: Rehearsal, lines: readonly string[]])[] = [
    [
      'what would be pushed and moved',
      rehearsal,
      [
        'Would push localhost/image:1 as 10.0-noble-1.1.0',
        '10.0  would move  nothing -> 10.0-noble-1.1.0',
        'latest  would move  10.0-noble-1.0.0 -> 10.0-noble-1.1.0',
        '10.0-noble-current  cannot move from 10.0-noble-1.0.0: immutable',
      ],
    ],
    [
      'a new repository',
      { ...first, moves: [] },
      ['Would create the repository platform/aspnet', 'Would push localhost/image:1 as 10.0-noble-1.1.0'],
    ],
    [
      'a version that is there',
      { ...rehearsal, isThere: true, moves: [{ tag: 'latest', from: to, to, outcome: 'unchanged' }] },
      ['10.0-noble-1.1.0 is there already', 'latest  is on 10.0-noble-1.1.0 already'],
    ],
    [
      'a version that nobody knows',
      unknown,
      ['Would push localhost/image:1 under the next version, which the check could not find out'],
    ],
  ]
  for (const [what, given, lines] of rows) {
    it(`tell ${what}`, () => {
      assert.deepEqual(rehearsalLines(given), lines)
    })
  }
})

describe('summarizeRehearsal', () => {
  it('shows tags in a table, and what was not tried', () => {
    assert.deepEqual(summarizeRehearsal(first).split('\n'), [
      '### What a release would do',
      '',
      'Would create the repository platform/aspnet. Would push localhost/image:1 as 10.0-noble-1.1.0.',
      '',
      '| tag | is on | would be on |',
      '|---|---|---|',
      '| `10.0` | nothing | 10.0-noble-1.1.0 |',
      '| `latest` | 10.0-noble-1.0.0 | 10.0-noble-1.1.0 |',
      '| `10.0-noble-current` | 10.0-noble-1.0.0 | 10.0-noble-1.0.0: immutable |',
      '',
      'Nothing was written, so these are not tried: the permission to push and to tag, the key and the settings of a new repository, and the quotas of ECR.',
      '',
    ])
  })
})

describe('concludeRehearsal', () => {
  for (const [given, publish] of [
    [rehearsal, `${memoryUri}:10.0-noble-1.1.0`],
    [first, 'platform/aspnet:10.0-noble-1.1.0'],
    [unknown, `the next version of ${memoryUri}`],
  ] as const) {
    it(`ends with ${publish}`, () => {
      assert.equal(
        concludeRehearsal(given),
        `This run only validates: a release would publish ${publish}, and nothing was written.`,
      )
    })
  }
})
