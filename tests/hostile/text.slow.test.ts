import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry, type RegistryProcess } from '../../sandbox/registry-process.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { aReleaseLine, labelsOf } from '../support/builders.ts'
import { startServer } from '../support/loopback-server.ts'
import { ensureBundles, runTaskBundle, type TaskSetting } from '../support/task-process.ts'
import { defaultInputs } from '../support/task-sources.ts'
import { pushTinyImage } from '../support/tiny-image.ts'

const forged =
  'x\r\n##vso[task.setvariable variable=forged]yes\nReason: forged <img src=x onerror=alert(1)> [a](//evil.example)'

describe('hostile text, in front of the bundled PlatformImageCheck', function () {
  this.timeout(60_000)
  let fixture: Fixture
  let folder: string
  let registry: RegistryProcess

  before(async function () {
    this.timeout(60_000)
    ensureBundles()
    fixture = await startFixture()
    folder = await mkdtemp(join(tmpdir(), 'hostile-text-'))
    await writeFile(join(folder, 'Dockerfile'), 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n')
    registry = await startRegistry(await mkdtemp(join(folder, 'registry-')))
    await pushTinyImage({ registry: `http://${registry.host}`, repository: 'dotnet/aspnet', tag: '10.0' })
  })
  after(async () => {
    await registry.stop()
    await fixture.stop()
    await rm(folder, { recursive: true })
  })

  const setting = (inputs: Record<string, string>, environment: Record<string, string> = {}): TaskSetting => ({
    inputs: {
      ...defaultInputs('PlatformImageCheck'),
      regionName: fixture.ecr.region,
      repositoryName: 'platform/aspnet',
      tagPrefix: '10.0-noble',
      contextPath: folder,
      forceUpdate: 'false',
      ...inputs,
    },
    variables: { 'PlatformImage.RegistryMirrors': `mcr.microsoft.com=${registry.host}` },
    environment: {
      AWS_ENDPOINT_URL_ECR: fixture.ecr.endpoint,
      AWS_ACCESS_KEY_ID: fixture.ecr.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fixture.ecr.credentials.secretAccessKey,
      ...environment,
    },
  })

  it('believes no label that is not what it should be, and says which', async () => {
    const repositoryName = await fixture.createRepository()
    const labels = {
      ...labelsOf({ releaseLine: aReleaseLine({ repositoryName }) }),
      'org.opencontainers.image.base.name': forged,
      'platform-image.platform': forged,
      'platform-image.run': forged,
    }
    await fixture.push(repositoryName, '10.0-noble-1.0.0', { labels })

    const run = await runTaskBundle('PlatformImageCheck', setting({ repositoryName }))

    assert.equal(run.result, 'Succeeded', run.message)
    assert.ok(!run.stdout.includes('forged'), 'a label is in the log')
    for (const value of Object.values(run.outputs)) assert.doesNotMatch(value, /forged|<img|[^\P{Cc}\t]/u)
    const warnings = run.commands.filter(({ name }) => name === 'task.issue' || name === 'task.logissue')
    assert.deepEqual(
      warnings.map(({ data }) => /label (\S+) of 10\.0-noble-1\.0\.0.*\[label-not-believed\]$/.exec(data)?.[1]).sort(),
      ['org.opencontainers.image.base.name', 'platform-image.platform', 'platform-image.run'],
    )
  })

  it('shows nothing of a request that AWS quotes, also not the session token', async () => {
    const token = `FwoGZXIvYXdzE${'a1B2'.repeat(80)}`
    const ecr = await startServer(({ headers }) => ({
      status: 403,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({
        __type: `com.amazon#Forged ${forged}`,
        message: `Wrong signature for ${String(headers['x-amz-security-token'])} here\n${forged}`,
      }),
    }))
    const environment = { AWS_ENDPOINT_URL_ECR: ecr.url, AWS_SESSION_TOKEN: token }

    const run = await runTaskBundle('PlatformImageCheck', setting({ whenCheckFails: 'warn' }, environment))
    await ecr.stop()

    assert.equal(ecr.requests[0]?.headers['x-amz-security-token'], token)
    assert.equal(run.result, 'Failed')
    const shown = run.stdout.split('\n').filter((line) => !line.startsWith('##vso[task.setsecret]'))
    assert.ok(!shown.join('\n').includes(token), 'the token is in the log')
    assert.ok(run.commands.some(({ name, data }) => name === 'task.setsecret' && data === token))
    assert.ok(!shown.join('\n').includes('forged'))
  })

  it('refuses a build argument that holds a secret variable, which the record would show', async () => {
    const secret = { SECRET_FEEDTOKEN: 'geheim-1234', VSTS_SECRET_VARIABLES: '["FeedToken"]' }
    const run = await runTaskBundle(
      'PlatformImageCheck',
      setting({ buildArguments: 'A=1\nFEED=https://u:geheim-1234@feed.example' }, secret),
    )

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /^The input "buildArguments" gives FEED the value of a secret variable/)
    assert.match(run.message ?? '', /"buildSecrets".*\[input-holds-secret\]$/)
    assert.deepEqual(run.outputs, { started: 'true', purpose: 'release' })
  })

  it('lists a few of the platforms of an index that names thousands', async () => {
    const manifests = Array.from({ length: 15_000 }, (_, index) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${index.toString(16).padStart(64, '0')}`,
      size: 1,
      platform: { os: 'linux', architecture: `a${String(index)}` },
    }))
    const index = await startServer(() => ({
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: JSON.stringify({ schemaVersion: 2, manifests }),
    }))
    const inputs = { registryMirrors: `mcr.microsoft.com=${index.host}`, repositoryName: 'platform/none' }

    const run = await runTaskBundle('PlatformImageCheck', setting(inputs))
    await index.stop()

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /linux\/a9 and 14990 others\./)
    assert.ok((run.message ?? '').length < 1000)
  })
})
