import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { startRegistry } from '../../../sandbox/registry-process.ts'
import { parseBuildRecord } from '../../../src/model/build-record.ts'
import { digestOf, parseDigest } from '../../../src/model/digest.ts'
import { type Fixture, startFixture } from '../../sandbox/ecr/local-ecr-fixture.ts'
import { aReleaseLine, aspnet, labelsOf } from '../../support/builders.ts'
import { ensureBundles, runTaskBundle, type TaskSetting } from '../../support/task-process.ts'
import { startServer } from '../../support/loopback-server.ts'
import { defaultInputs } from '../../support/task-sources.ts'
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
      ...defaultInputs('PlatformImageCheck'),
      awsCredentials: 'connection-1',
      regionName: fixture.ecr.region,
      repositoryName: 'platform/aspnet',
      tagPrefix: '10.0-noble',
      contextPath: context,
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
    const record = parseBuildRecord(run.outputs.buildRecord ?? '')
    assert.equal(record.base.digest, base.digest)
    assert.match(record.contextHash ?? '', /^v1:sha256:[0-9a-f]{64}$/)
    assert.equal((JSON.parse(run.outputs.decision ?? '') as { action: string }).action, 'release')
    assert.ok(run.commands.some(({ name }) => name === 'task.uploadsummary'))
    assert.ok(run.secrets.includes(fixture.ecr.credentials.secretAccessKey))
    assert.ok(!run.shown.includes(fixture.ecr.credentials.secretAccessKey))
  })

  it('looks again at what an earlier attempt of its run has published', async () => {
    const base = await startBaseRegistry()
    const repositoryName = await fixture.createRepository()
    const pinned = { reference: aspnet, digest: parseDigest(base.digest), platformDigest: digestOf('amd64') }
    const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }), base: pinned }, 'project/7')
    const { digest } = await fixture.push(repositoryName, '10.0-noble-1.0.0', { labels })
    await fixture.retag(repositoryName, { imageDigest: digest }, '10.0-noble-current')
    const { variables, ...rest } = setting({ repositoryName }, base.host)
    const attempt = (number: string) =>
      runTaskBundle('PlatformImageCheck', {
        ...rest,
        variables: {
          ...variables,
          'System.TeamProject': 'project',
          'Build.BuildId': '7',
          'System.JobAttempt': number,
        },
      })

    const [first, second] = [await attempt('1'), await attempt('2')]
    await base.stop()

    assert.deepEqual([first.outputs.action, first.outputs.reason], ['none', 'index-digest'], first.message)
    assert.deepEqual([second.outputs.action, second.outputs.reason], ['retag', 'repeated-run'], second.message)
  })

  it('keeps two checks apart that run on one agent at once', async () => {
    const base = await startBaseRegistry()
    await fixture.client.send(new CreateRepositoryCommand({ repositoryName: 'platform/twice' }))
    const prefixes = ['10.0-one', '10.0-two']

    const runs = await Promise.all(
      prefixes.map((tagPrefix) =>
        runTaskBundle('PlatformImageCheck', setting({ repositoryName: 'platform/twice', tagPrefix }, base.host)),
      ),
    )
    await base.stop()

    for (const [index, run] of runs.entries()) {
      assert.equal(run.result, 'Succeeded', run.message)
      assert.equal(run.outputs.nextTag, `${prefixes[index] ?? ''}-1.0.0`)
      assert.equal(parseBuildRecord(run.outputs.buildRecord ?? '').releaseLine.tagPrefix, prefixes[index])
      assert.ok(!run.stdout.includes(prefixes[1 - index] ?? ''), 'one run tells of the other')
    }
  })

  it('says that it has started also where it fails', async () => {
    const run = await runTaskBundle('PlatformImageCheck', { inputs: {} })

    assert.equal(run.result, 'Failed')
    assert.equal(run.message, 'The input "repositoryName" is required, but empty. [input-missing]')
    assert.deepEqual(run.outputs, { started: 'true' })
  })

  it('fails where the base cannot be asked for, and never says up to date', async () => {
    const run = await runTaskBundle('PlatformImageCheck', setting())

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /^Cannot read localhost:1\/dotnet\/aspnet:10\.0: localhost:1 does not answer/)
    assert.deepEqual(run.outputs, { started: 'true' })
  })

  it('only warns of a registry that does not answer where that is wanted, and never says up to date', async () => {
    const run = await runTaskBundle('PlatformImageCheck', setting({ whenCheckFails: 'warn' }))

    assert.equal(run.result, 'SucceededWithIssues')
    assert.match(run.message ?? '', /^10\.0-noble {2}not checked {2}Cannot read localhost:1\/dotnet\/aspnet:10\.0: /)
    const { explanation = '' } = run.outputs
    assert.match(explanation, /^Cannot read localhost:1\/dotnet\/aspnet:10\.0: /)
    const answered = Object.fromEntries(Object.entries(run.outputs).filter(([, value]) => value !== ''))
    assert.ok('decision' in run.outputs, 'an output that is never set stays a macro in the text that names it')
    assert.deepEqual(answered, {
      started: 'true',
      action: 'none',
      updateNeeded: 'false',
      reason: 'check-failed',
      explanation,
    })
  })

  it('fails all the same where the run is forced, or the registry says no', async () => {
    const refusing = await startServer(() => ({ status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' }))
    const [forced, refused] = await Promise.all([
      runTaskBundle('PlatformImageCheck', setting({ whenCheckFails: 'warn', forceUpdate: 'true' })),
      runTaskBundle('PlatformImageCheck', setting({ whenCheckFails: 'warn' }, refusing.host)),
    ])
    await refusing.stop()

    assert.equal(forced.result, 'Failed')
    assert.match(forced.message ?? '', /localhost:1 does not answer/)
    assert.equal(refused.result, 'Failed')
    assert.match(refused.message ?? '', /404 MANIFEST_UNKNOWN/)
    for (const { outputs } of [forced, refused]) assert.deepEqual(outputs, { started: 'true' })
  })

  it('needs no sources where a base is given and files do not count', async () => {
    const base = await startBaseRegistry()
    const withoutSources = {
      contextPath: join(context, 'gone'),
      rebuildOnContextChange: 'false',
      baseImage: 'mcr.microsoft.com/dotnet/aspnet:10.0',
    }
    const run = await runTaskBundle('PlatformImageCheck', setting(withoutSources, base.host))
    await base.stop()

    assert.equal(run.result, 'Succeeded', run.message)
    assert.equal(run.outputs.reason, 'first-release')
    assert.equal(parseBuildRecord(run.outputs.buildRecord ?? '').contextHash, undefined)
  })

  const refused: readonly (readonly [inputs: Record<string, string>, message: RegExp])[] = [
    [{ registryId: '1234' }, /^The input "registryId" is "1234"\. Give the 12 digits/],
    [{ regionName: 'Ireland' }, /^The input "regionName" is "ireland"/],
    [{ contextPath: '/does-not-exist' }, /^The input "contextPath" names/],
    [{ maxAgeDays: 'a month' }, /^The input "maxAgeDays" is "a month"/],
    [{ buildArguments: 'A=1\nnonsense' }, /^Line 2 of the input "buildArguments" is not a build argument: "nonsense"/],
    [{ whenUnverifiable: 'maybe' }, /^The input "whenUnverifiable" is "maybe"\. Give one of rebuild, keep, fail/],
    [{ baseImage: 'mcr.microsoft.com/dotnet/aspnet:8.0' }, /^The input "baseImage" names/],
    [
      {
        contextPath: '$(typo)/image',
        rebuildOnContextChange: 'false',
        baseImage: 'mcr.microsoft.com/dotnet/aspnet:10.0',
      },
      /^The input "contextPath" holds \$\(typo\)/,
    ],
    [{ platform: 'amd64' }, /^The input "platform" is "amd64", which is not a platform\./],
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
