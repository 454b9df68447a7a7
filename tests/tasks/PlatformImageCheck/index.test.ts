import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from '../../../sandbox/registry-process.ts'
import { parseBuildRecord } from '../../../src/model/build-record.ts'
import { type Fixture, startFixture } from '../../sandbox/ecr/local-ecr-fixture.ts'
import { ensureBundles, runTaskBundle, type TaskSetting } from '../../support/task-process.ts'
import { pushTinyImage } from '../../support/tiny-image.ts'

describe('PlatformImageCheck', () => {
  let fixture: Fixture
  let context: string

  before(async function () {
    this.timeout(30_000)
    ensureBundles()
    fixture = await startFixture()
    context = await mkdtemp(join(tmpdir(), 'platform-image-check-'))
    await writeFile(join(context, 'Dockerfile'), 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n')
  })
  after(async () => {
    await fixture.stop()
    await rm(context, { recursive: true })
  })

  /** The form and the agent of a project whose mirror is `mirror`. */
  const setting = (inputs: Record<string, string> = {}, mirror = 'localhost:1'): TaskSetting => ({
    inputs: {
      awsCredentials: 'connection-1',
      regionName: fixture.ecr.region,
      repositoryName: 'platform/aspnet',
      tagPrefix: '10.0-noble',
      contextPath: context,
      dockerfile: 'Dockerfile',
      platform: 'linux/amd64',
      forceUpdate: 'False',
      ...inputs,
    },
    variables: { 'PlatformImage.RegistryMirrors': `mcr.microsoft.com=${mirror}` },
    environment: {
      AWS_ENDPOINT_URL_ECR: fixture.ecr.endpoint,
      'ENDPOINT_AUTH_connection-1': JSON.stringify({
        scheme: 'UsernamePassword',
        parameters: {
          username: fixture.ecr.credentials.accessKeyId,
          password: fixture.ecr.credentials.secretAccessKey,
        },
      }),
    },
  })

  it('plans the first release, with a record for the build', async () => {
    const base = await startBaseRegistry()
    const run = await runTaskBundle('PlatformImageCheck', setting({}, base.host))
    await base.stop()

    assert.equal(run.result, 'Succeeded', run.message)
    assert.equal(run.outputs.started, 'true')
    assert.equal(run.outputs.action, 'release')
    assert.equal(run.outputs.updateNeeded, 'true')
    assert.equal(run.outputs.reason, 'first-release')
    assert.equal(run.outputs.nextTag, '10.0-noble-1.0.0')
    assert.equal(run.outputs.currentTag, '')
    assert.equal(run.outputs.repositoryExists, 'false')
    assert.equal(run.outputs.baseVersion, '10.0.13')
    assert.equal(parseBuildRecord(run.outputs.buildRecord ?? '').base.digest, base.digest)
    assert.ok(run.commands.some(({ name }) => name === 'task.uploadsummary'))
    assert.ok(!run.stdout.includes(fixture.ecr.credentials.secretAccessKey))
  })

  it('says that it has started also where it fails', async () => {
    const run = await runTaskBundle('PlatformImageCheck', { inputs: {} })

    assert.equal(run.result, 'Failed')
    assert.equal(run.message, 'The input "repositoryName" is required, but empty.')
    assert.deepEqual(run.outputs, { started: 'true' })
  })

  it('fails where the base cannot be asked for, and never says up to date', async () => {
    const run = await runTaskBundle('PlatformImageCheck', setting())

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /^Cannot read localhost:1\/dotnet\/aspnet:10\.0: localhost:1 does not answer/)
    assert.deepEqual(run.outputs, { started: 'true' })
  })

  const refused: readonly (readonly [inputs: Record<string, string>, message: RegExp])[] = [
    [{ registryId: '1234' }, /^The input "registryId" is "1234"\. Give the 12 digits/],
    [{ regionName: 'Ireland' }, /^The input "regionName" is "ireland"/],
    [{ contextPath: '/does-not-exist' }, /^The input "contextPath" names/],
    [{ baseImage: 'mcr.microsoft.com/dotnet/aspnet:8.0' }, /^The input "baseImage" names/],
    [{ forceUpdate: '$(forceUpdate)' }, /^The input "forceUpdate" holds \$\(forceUpdate\)/],
  ]
  it('fails before it touches anything where an input is wrong', async () => {
    const runs = await Promise.all(refused.map(([inputs]) => runTaskBundle('PlatformImageCheck', setting(inputs))))

    for (const [row, [inputs, message]] of refused.entries()) {
      assert.equal(runs[row]?.result, 'Failed', JSON.stringify(inputs))
      assert.match(runs[row].message ?? '', message)
    }
  })
})

/** A registry with one base image in it. */
async function startBaseRegistry() {
  const folder = await mkdtemp(join(tmpdir(), 'base-registry-'))
  const registry = await startRegistry(folder)
  const target = { registry: `http://${registry.host}`, repository: 'dotnet/aspnet', tag: '10.0' }
  const { digest } = await pushTinyImage({ ...target, environment: { ASPNET_VERSION: '10.0.13' } })
  return {
    host: registry.host,
    digest,
    async stop() {
      await registry.stop()
      await rm(folder, { recursive: true })
    },
  }
}
