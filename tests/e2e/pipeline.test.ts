import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { PipelineResult } from '../../sandbox/agent/run-pipeline.ts'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { listContainers, readRuntimes, readTags, type Tags } from '../../sandbox/demo/observe.ts'
import { pipelineFile } from '../../sandbox/demo/story.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { checkOutFor, edit } from '../support/checked-out.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

const [older, newer] = servicingVersions
const newestReleaseTags = ['10.0', 'latest', '10.0-noble-current']

describe('the pipeline of platform-images/net10/aspnet', () => {
  let sandbox: Sandbox
  let containers: readonly string[]

  before(async () => {
    sandbox = await startSandbox(console.log)
    containers = await listContainers(sandbox)
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })
  beforeEach(() => sandbox.baseImages.moveTags(older))
  afterEach(async () => {
    assert.deepEqual(await listContainers(sandbox), containers)
  })

  /** A line with its first release, and how to run its pipeline again. */
  async function releasedLine(repositoryName: string) {
    const sources = await checkOutFor(sandbox, repositoryName)
    const run = (parameters = {}) => sandbox.run({ sources, file: pipelineFile, parameters })
    return { sources, run, first: await run(), tags: () => readTags(sandbox, repositoryName) }
  }

  it('publishes the first release', async () => {
    const { first, tags } = await releasedLine('e2e/first')

    assert.equal(first.result, 'Succeeded')
    assertNewest(await tags(), '10.0-noble-1.0.0')
    assert.match(await readRuntimes(sandbox, 'e2e/first', '10.0-noble-1.0.0'), versionLine(older))
    assert.equal(output(first, 'check', 'reason'), 'first-release')
    assert.equal(output(first, 'publish', 'imageDigest'), (await tags()).get('latest'))
    assertCard(sandbox, /e2e\/first has a new version/, '10.0-noble-1.0.0')
  })

  it('does nothing while the base stays, at the price of one HEAD request', async () => {
    const { run, tags } = await releasedLine('e2e/fresh')
    const [before, cards, requests] = [await tags(), sandbox.teams.cards.length, sandbox.baseRegistry.requests.length]
    const ecrRequests = sandbox.ecr.requests.length

    const second = await run()

    assert.equal(second.result, 'Succeeded')
    assert.equal(output(second, 'check', 'action'), 'none')
    assert.deepEqual(stepResults(second), ['Succeeded', 'Skipped', 'Skipped', 'Skipped', 'Skipped'])
    assert.deepEqual(sandbox.baseRegistry.requests.slice(requests), [
      { method: 'HEAD', path: '/v2/dotnet/aspnet/manifests/10.0-noble', status: 200 },
    ])
    assert.deepEqual(
      sandbox.ecr.requests.slice(ecrRequests).filter(({ operation }) => !operation.startsWith('GET /layers')),
      ['DescribeImages', 'BatchGetImage', 'GetDownloadUrlForLayer'].map((operation) => ({ operation, status: 200 })),
    )
    assert.deepEqual(await tags(), before)
    assert.equal(sandbox.teams.cards.length, cards)
  })

  it('releases on the new base when its tag has moved', async () => {
    const { run, tags } = await releasedLine('e2e/moved')
    await sandbox.baseImages.moveTags(newer)

    const second = await run()

    assert.equal(second.result, 'Succeeded')
    assert.equal(output(second, 'check', 'reason'), 'base-moved')
    assert.deepEqual(
      [output(second, 'check', 'previousBaseVersion'), output(second, 'check', 'baseVersion')],
      [older, newer],
    )
    assertNewest(await tags(), '10.0-noble-1.1.0')
    assert.match(await readRuntimes(sandbox, 'e2e/moved', '10.0-noble-1.1.0'), versionLine(newer))
  })

  it('does nothing when only other platforms of the base have moved', async () => {
    const { run, tags } = await releasedLine('e2e/other-platform')
    const before = await tags()
    await sandbox.baseImages.moveOtherPlatform()

    const second = await run()

    assert.deepEqual(
      [output(second, 'check', 'action'), output(second, 'check', 'reason')],
      ['none', 'platform-digest'],
    )
    assert.deepEqual(await tags(), before)
  })

  it('releases anew when it is forced', async () => {
    const { run, tags } = await releasedLine('e2e/forced')

    const second = await run({ force_update: true })

    assert.equal(output(second, 'check', 'reason'), 'forced')
    assertNewest(await tags(), '10.0-noble-1.1.0')
  })

  it('publishes nothing when the platform image breaks the application', async () => {
    const { sources, run, tags } = await releasedLine('e2e/broken')
    const before = await tags()
    await edit(join(sources, 'platform-images/net10/aspnet/Dockerfile'), (text) =>
      text.replace(/^USER /m, 'RUN rm -r /usr/share/dotnet/shared/Microsoft.AspNetCore.App\nUSER '),
    )

    const second = await run()

    assert.equal(second.result, 'Failed')
    assert.equal(output(second, 'check', 'reason'), 'context-changed')
    assert.deepEqual(stepResults(second), ['Succeeded', 'Failed', 'Skipped', 'Skipped', 'Succeeded'])
    assert.match(
      errorOf(second),
      /^The application ended with exit code 150 before it answered POST \/MyService\. \[[a-z-]+\]$/,
    )
    assert.deepEqual(await tags(), before)
    assertCard(sandbox, /update of platform image e2e\/broken failed/, '10.0-noble')
  })

  it('finishes the floating tags when a run is repeated that was cut off behind its version tag', async () => {
    const sources = await checkOutFor(sandbox, 'e2e/cut-off')
    sandbox.ecr.inject({ operation: 'PutImage', nth: 1, failure: { error: 'AccessDeniedException' } })
    const cutOff = await sandbox.run({ sources, file: pipelineFile, runId: 9001 })

    const repeated = await sandbox.run({ sources, file: pipelineFile, runId: 9001, parameters: { force_update: true } })

    assert.equal(cutOff.result, 'Failed')
    assert.equal(repeated.result, 'Succeeded')
    const tags = await readTags(sandbox, 'e2e/cut-off')
    assertNewest(tags, '10.0-noble-1.0.0')
    assertCard(sandbox, /e2e\/cut-off has a new version/, '10.0-noble-1.0.0')
    assert.deepEqual(
      [...tags.keys()].filter((tag) => /\d\.\d\.\d$/.test(tag)),
      ['10.0-noble-1.0.0'],
    )
  })
})

function assertNewest(tags: Tags, versionTag: string): void {
  const digest = tags.get(versionTag)
  assert.ok(digest, `${versionTag} is not there`)
  for (const tag of newestReleaseTags) assert.equal(tags.get(tag), digest, tag)
}

function assertCard({ teams }: Sandbox, title: RegExp, versionTag: string): void {
  const { card } = teams.cards.at(-1) ?? {}
  assert.match(String(card?.fallbackText), title)
  assert.ok(JSON.stringify(card).includes(versionTag))
}

function output({ steps }: PipelineResult, step: string, name: string): string | undefined {
  return steps.find((candidate) => candidate.name === step)?.outputs[name]
}

/** Results of the template's five steps in their order. */
function stepResults({ steps }: PipelineResult): string[] {
  return steps.filter(({ displayName }) => !displayName.startsWith('Post-job')).map(({ result }) => result)
}

function errorOf({ steps }: PipelineResult): string {
  return steps.flatMap(({ issues }) => issues).find(({ type }) => type === 'error')?.message ?? ''
}

/** How `dotnet --list-runtimes` says it. */
function versionLine(version: string): RegExp {
  return new RegExp(`^Microsoft\\.AspNetCore\\.App ${version.replaceAll('.', String.raw`\.`)} `, 'm')
}
