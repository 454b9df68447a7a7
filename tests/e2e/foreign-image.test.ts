import assert from 'node:assert/strict'
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'

const [older, newer] = servicingVersions
const repositoryName = 'foreign/aspnet'

const pipeline = `steps:
- task: PlatformImageCheck@1
  name: check
  inputs:
    awsCredentials: aws-dev
    regionName: eu-west-1
    repositoryName: ${repositoryName}
    tagPrefix: 10.0-noble
`

describe('the check of an image that was built and pushed by hand', () => {
  let sandbox: Sandbox
  let sources: string

  before(async () => {
    sandbox = await startSandbox(console.log)
    sources = await mkdtemp(join(tmpdir(), 'foreign-'))
    await writeFile(join(sources, 'pipeline.yml'), pipeline)
    await writeFile(join(sources, 'Dockerfile'), 'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\nRUN mkdir /app\n')
    await pushByHand()
  })
  after(async () => {
    for (const host of [sandbox.baseImages.host, sandbox.ecr.host]) await removeImagesOf(host, sandbox.engine.host)
    await rm(sources, { recursive: true })
    await sandbox.stop()
  })

  /** What somebody does at a terminal: docker build, docker push. */
  async function pushByHand(): Promise<void> {
    const { ecr, engine, baseImages } = sandbox
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
    const client = new ECRClient({ endpoint: ecr.endpoint, region: ecr.region, credentials: ecr.credentials })
    await client.send(new CreateRepositoryCommand({ repositoryName }))
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))

    const image = `${ecr.host}/${repositoryName}:10.0-noble-1.0.0`
    const folder = join(sources, 'by-hand')
    const base = `${baseImages.host}/dotnet/aspnet:10.0-noble`
    await mkdir(folder)
    await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nRUN mkdir /app\n`)
    await docker(engine.host, 'pull', base)
    await docker(engine.host, 'build', '--tag', image, folder)
    // What docker login leaves behind. The client itself would need this process to answer while it is waited for.
    const configuration = join(sources, 'docker')
    await mkdir(configuration)
    const auths = { [ecr.host]: { auth: authorizationData?.[0]?.authorizationToken } }
    await writeFile(join(configuration, 'config.json'), JSON.stringify({ auths }))
    await docker(engine.host, '--config', configuration, 'push', image)
  }

  async function check(): Promise<Readonly<Record<string, string>>> {
    const { result, steps } = await sandbox.run({ sources, file: 'pipeline.yml' })
    assert.equal(result, 'Succeeded')
    return steps.find(({ name }) => name === 'check')?.outputs ?? {}
  }

  it('finds it fresh by its layers while the base stays', async () => {
    await sandbox.baseImages.moveTags(older)

    const { action, reason, currentTag } = await check()

    assert.deepEqual(
      { action, reason, currentTag },
      { action: 'none', reason: 'layers', currentTag: '10.0-noble-1.0.0' },
    )
  })

  it('finds it stale when the base has moved', async () => {
    await sandbox.baseImages.moveTags(newer)

    const { action, reason, nextTag } = await check()

    assert.deepEqual(
      { action, reason, nextTag },
      { action: 'release', reason: 'base-moved', nextTag: '10.0-noble-1.1.0' },
    )
  })

  it('finds it fresh again when the base is rolled back', async () => {
    await sandbox.baseImages.moveTags(older)

    assert.equal((await check()).reason, 'layers')
  })
})
