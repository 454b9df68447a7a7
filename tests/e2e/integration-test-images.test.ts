import assert from 'node:assert/strict'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

/** An image of ours, with what shows that a real application did what its pipeline wants. */
interface Image {
  readonly folder: string
  readonly repository: string
  readonly tag: string
  readonly tried: RegExp
  /** Whether the tag `latest` is its own. */
  readonly isLatest: boolean
}

const answered = /POST \/(MyService|checks) answered 200/
const ended = /ended with exit code 0/
const net10 = { tag: '10.0-noble-1.0.0', isLatest: true }
const net11 = { tag: '11.0-resolute-1.0.0', isLatest: false }
const chiseled = { tag: '10.0-noble-chiseled-1.0.0', isLatest: false }
/** The pipeline of net10/aspnet has tests of its own. */
const images: readonly Image[] = [
  { folder: 'net10/runtime-deps', repository: 'platform/runtime-deps', tried: ended, ...net10 },
  { folder: 'net10/runtime', repository: 'platform/runtime', tried: answered, ...net10 },
  { folder: 'net10/sdk', repository: 'platform/sdk', tried: /MyService -> \/publish\//, ...net10 },
  { folder: 'net10/aspnet-chiseled', repository: 'platform/aspnet', tried: answered, ...chiseled },
  { folder: 'net11/runtime-deps', repository: 'platform/runtime-deps', tried: ended, ...net11 },
  { folder: 'net11/runtime', repository: 'platform/runtime', tried: answered, ...net11 },
  { folder: 'net11/aspnet', repository: 'platform/aspnet', tried: answered, ...net11 },
]

describe('the pipelines of platform-images', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox(console.log)
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })

  for (const { folder, repository, tag, tried, isLatest } of images) {
    it(`release ${folder}, tried with a real application`, async () => {
      const sources = await sandbox.checkOut()
      const file = `platform-images/${folder}/azure-pipelines.yml`

      const { result, steps, testRuns } = await sandbox.run({ sources, file })

      const log = steps.flatMap(({ lines }) => lines).join('\n')
      assert.equal(result, 'Succeeded', log)
      assert.match(log, tried)
      assert.ok(testRuns[0]?.tests.every(({ outcome }) => outcome === 'Passed'))
      const tags = await sandbox.ecr.tags(repository)
      assert.ok(tags.has(tag))
      assert.equal(tags.get('latest') === tags.get(tag), isLatest)
    })
  }
})
