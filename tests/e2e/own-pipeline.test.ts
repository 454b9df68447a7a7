import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

/** A pipeline that knows nothing of the sandbox: another account, region, repository and service connection. */
const registry = `awsCredentials: payments-production
    registryId: '210987654321'
    regionName: us-east-1
    repositoryName: payments/base/dotnet
    tagPrefix: '10.0'`
const pipeline = `steps:
- task: PlatformImageCheck@1
  name: check
  inputs:
    ${registry}
- task: PlatformImageBuildTest@1
  name: build
  inputs:
    action: $(check.action)
    buildRecord: $(check.buildRecord)
- task: PlatformImagePublish@1
  name: publish
  inputs:
    action: $(check.action)
    ${registry}
    image: $(build.image)
    versionTag: $(check.nextTag)
- task: TeamsNotify@1
  inputs:
    webhookUrl: $(TEAMS_WEBHOOK_URI)
    title: Released
    whenDeliveryFails: fail
`

describe('a pipeline that was not written for the sandbox', () => {
  let sandbox: Sandbox
  let sources: string

  before(async () => {
    sandbox = await startSandbox(console.log, { takesAnyPipeline: true })
    sources = await mkdtemp(join(tmpdir(), 'own-pipeline-'))
    await writeFile(join(sources, 'pipeline.yml'), pipeline)
    await writeFile(
      join(sources, 'Dockerfile'),
      'FROM mcr.microsoft.com/dotnet/runtime-deps:10.0\nLABEL team=payments\n',
    )
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await rm(sources, { recursive: true })
    await sandbox.stop()
  })

  const run = (variables: Record<string, string> = {}) => sandbox.run({ sources, file: 'pipeline.yml', variables })

  it('releases into its own account and region, and is up to date after that', async () => {
    const [first, second] = [await run(), await run()]

    const output = ({ steps }: typeof first, name: string) => steps.find((step) => step.name === 'check')?.outputs[name]
    // The one issue is that no application tried the image.
    assert.equal(first.result, 'SucceededWithIssues', first.steps.flatMap(({ lines }) => lines).join('\n'))
    assert.ok((await sandbox.ecr.tags('payments/base/dotnet')).has('10.0-1.0.0'))
    assert.deepEqual([output(second, 'action'), output(second, 'reason')], ['none', 'index-digest'])
    assert.equal(output(second, 'endOfSupport'), '2028-11-14')
  })

  it('posts its card where it says', async () => {
    const cards = sandbox.teams.cards.length

    const { result, steps } = await run({ TEAMS_WEBHOOK_URI: 'http://localhost:1/workflows/theirs' })

    assert.equal(result, 'Failed')
    assert.match(
      steps
        .flatMap(({ issues }) => issues)
        .map(({ message }) => message)
        .join('\n'),
      /localhost:1\b/,
    )
    assert.equal(sandbox.teams.cards.length, cards)
  })
})
