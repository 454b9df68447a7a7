import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { summarizePublish } from '../../src/publish/summarize-publish.ts'
import { aRelease } from '../support/builders.ts'

const published = {
  repository: { uri: 'host/platform/aspnet', tagSettings: { tags: 'movable', exceptions: [] } },
  repositoryCreated: false,
  release: aRelease({ digest: digestOf('a') }),
  moves: [
    { tag: '10.0', outcome: 'moved' },
    { tag: '10', before: digestOf('a'), outcome: 'unchanged' },
    { tag: 'latest', before: digestOf('b'), outcome: 'left' },
    { tag: '10.0-noble-current', before: digestOf('b'), outcome: 'frozen' },
    { tag: 'next', outcome: 'passed-on' },
  ],
  createdAt: new Date('2026-11-23T12:00:00Z'),
  size: 43_210_987,
  isNews: true,
} as const

describe('summarizePublish', () => {
  it('shows where each tag stood and stands, and the line to build on the image', () => {
    const markdown = summarizePublish(published)

    assert.deepEqual(
      markdown.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('|-')),
      [
        '| | |',
        '| Repository | host/platform/aspnet |',
        `| Digest | \`${digestOf('a')}\` |`,
        '| Size | 43.2 MB, compressed |',
        '| Pushed | 2026-11-23T12:00:00.000Z |',
        '| tag | stood on | now |',
        '| `10.0` | nothing | 10.0-noble-1.0.0 |',
        '| `10` | `sha256:ca978112ca1b` | 10.0-noble-1.0.0 |',
        '| `latest` | `sha256:3e23e8160039` | where it was: a release with another tag prefix |',
        '| `10.0-noble-current` | `sha256:3e23e8160039` | where it was: immutable |',
        '| `next` | nothing | a higher version that came meanwhile |',
      ],
    )
    assert.ok(markdown.includes(`\nFROM host/platform/aspnet:10.0-noble-1.0.0@${digestOf('a')}\n`))
  })

  it('links to the repository where its page is known', () => {
    const page = 'https://console.example/ecr'

    const markdown = summarizePublish({ ...published, repository: { ...published.repository, page } })

    assert.ok(markdown.includes('| Repository | [host/platform/aspnet](https://console.example/ecr) |'))
  })
})
