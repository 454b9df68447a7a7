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
    const run = await runTaskBundle('PlatformImageCheck', { inputs: { purpose: 'auto' } })

    assert.equal(run.result, 'Failed')
    assert.equal(run.message, 'The input "repositoryName" is required, but empty. [input-missing]')
    assert.deepEqual(run.outputs, { started: 'true', purpose: 'release' })
  })

  it('fails where the base cannot be asked for, and never says up to date', async () => {
    const run = await runTaskBundle('PlatformImageCheck', setting())

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /^Cannot read localhost:1\/dotnet\/aspnet:10\.0: localhost:1 does not answer/)
    assert.deepEqual(run.outputs, { started: 'true', purpose: 'release' })
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
      purpose: 'release',
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
    for (const { outputs } of [forced, refused]) assert.deepEqual(outputs, { started: 'true', purpose: 'release' })
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

  describe('in a run that must not publish', () => {
    const pullRequest = { 'Build.Reason': 'PullRequest', 'Build.SourceBranch': 'refs/pull/7/merge' }
    let base: Awaited<ReturnType<typeof startBaseRegistry>>

    before(async () => {
      base = await startBaseRegistry()
    })
    after(() => base.stop())

    /** A run with these variables, beside those of the project. */
    function checkWith(variables: Record<string, string>, overrides: TaskSetting = {}) {
      const { environment, ...project } = setting(overrides.inputs, base.host)
      return runTaskBundle('PlatformImageCheck', {
        ...project,
        environment: overrides.environment ?? environment ?? {},
        variables: { ...project.variables, ...variables },
      })
    }

    it('validates a pull request, and says so', async () => {
      const run = await checkWith(pullRequest)

      assert.equal(run.result, 'Succeeded', run.message)
      const { purpose, action, updateNeeded, reason, nextTag } = run.outputs
      assert.deepEqual(
        { purpose, action, updateNeeded, reason, nextTag },
        {
          purpose: 'validate',
          action: 'validate',
          updateNeeded: 'false',
          reason: 'first-release',
          nextTag: '10.0-noble-1.0.0',
        },
      )
      assert.match(run.stdout, /Next would be 10\.0-noble-1\.0\.0\. This run only validates: it is a pull request's\./)
    })

    it('goes by the branch where some are named', async () => {
      const inputs = { releaseBranches: 'refs/heads/main\nrefs/heads/release/*' }
      const branches = ['refs/heads/release/1', 'refs/heads/feature']

      const runs = await Promise.all(branches.map((branch) => checkWith({ 'Build.SourceBranch': branch }, { inputs })))

      assert.deepEqual(
        runs.map(({ outputs }) => outputs.action),
        ['release', 'validate'],
      )
    })

    it('warns of a release from another branch than main where no branches are named', async () => {
      const run = await checkWith({ 'Build.SourceBranch': 'refs/heads/feature' })

      assert.equal(run.outputs.action, 'release')
      assert.match(run.stdout, /type=warning.*This run releases from refs\/heads\/feature\./)
    })

    it('plans', async () => {
      const run = await checkWith({}, { inputs: { purpose: 'plan', forceUpdate: 'true' } })

      assert.equal(run.outputs.action, 'none')
      assert.equal((JSON.parse(run.outputs.decision ?? '') as { planned: boolean }).planned, true)
    })

    const nothing = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' }
    const unreachable = { ...nothing, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
    const outOfReach: readonly (readonly [
      what: string,
      inputs: Record<string, string>,
      variables: Record<string, string>,
      code: string,
    ])[] = [
      ['no credentials', { awsCredentials: '' }, {}, 'aws-credentials-missing'],
      ['no region', { awsCredentials: '', regionName: '' }, {}, 'input-missing'],
      ['half a key', { awsCredentials: '' }, { 'AWS.AccessKeyID': 'AKIDEXAMPLE' }, 'input-missing'],
    ]
    for (const [what, inputs, variables, code] of outOfReach) {
      it(`goes on with ${what}, and releases nothing`, async () => {
        const environment = { ...unreachable, AWS_ENDPOINT_URL_ECR: fixture.ecr.endpoint }
        const validation = await checkWith({ ...pullRequest, ...variables }, { inputs, environment })
        const release = await checkWith(variables, { inputs, environment })

        assert.equal(validation.result, 'Succeeded', validation.message)
        assert.match(validation.stdout, new RegExp(`type=warning.*could not be looked at.*\\[${code}\\]`))
        const { action, reason, nextTag, currentTag, repositoryExists } = validation.outputs
        assert.deepEqual(
          [action, reason, nextTag, currentTag, repositoryExists],
          ['validate', 'validation', '', '', ''],
        )
        assert.equal(parseBuildRecord(validation.outputs.buildRecord ?? '').base.digest, base.digest)
        assert.equal(release.result, 'Failed')
        assert.ok(release.message?.endsWith(`[${code}]`), release.message)
      })
    }

    it('goes on where ECR says no', async () => {
      const wrongKey = JSON.stringify({
        scheme: 'UsernamePassword',
        parameters: { username: fixture.ecr.credentials.accessKeyId, password: 'wrong' },
      })
      const environment = { AWS_ENDPOINT_URL_ECR: fixture.ecr.endpoint, 'ENDPOINT_AUTH_connection-1': wrongKey }

      const run = await checkWith(pullRequest, { environment })

      assert.equal(run.result, 'Succeeded', run.message)
      assert.equal(run.outputs.reason, 'validation')
    })

    it('is red where the base cannot be read, also where that is only to warn', async () => {
      const run = await runTaskBundle('PlatformImageCheck', {
        ...setting({ whenCheckFails: 'warn' }),
        variables: { ...setting().variables, ...pullRequest },
      })

      assert.equal(run.result, 'Failed')
      assert.deepEqual(run.outputs, { started: 'true', purpose: 'validate' })
    })
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
