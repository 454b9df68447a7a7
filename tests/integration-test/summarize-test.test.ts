import assert from 'node:assert/strict'
import { summarizeTest } from '../../src/integration-test/summarize-test.ts'

describe('summarizeTest', () => {
  it('tells each check in a row of a table', () => {
    const markdown = summarizeTest([
      { name: 'The image builds', seconds: 12.34, outcome: { kind: 'passed' } },
      {
        name: 'The request answers',
        seconds: 60,
        outcome: { kind: 'failed', message: 'It gave 404.', details: ['x'] },
      },
      { name: 'The application ends with 0', seconds: 0, outcome: { kind: 'skipped' } },
    ])

    assert.equal(
      markdown,
      [
        '#### Integration test',
        '',
        '| | | |',
        '|---|---|---|',
        '| The image builds | passed | 12.3 s |',
        '| The request answers | **failed**: It gave 404. | 60.0 s |',
        '| The application ends with 0 | skipped |  |',
        '',
      ].join('\n'),
    )
  })

  it('shows as text what an application answers', () => {
    const message = '302 to [x](https://a/) | <img src=x>\n# title `code` *b* __c__'

    const markdown = summarizeTest([
      { name: 'The request answers', seconds: 1, outcome: { kind: 'failed', message, details: [] } },
    ])

    const shown = String.raw`302 to \[x\](https\://a/) \| &lt;img src=x&gt; \# title \`code\` \*b\* \_\_c\_\_`
    assert.ok(markdown.includes(shown), markdown)
  })
})
