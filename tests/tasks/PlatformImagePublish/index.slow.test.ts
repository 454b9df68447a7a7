import assert from 'node:assert/strict'
import { type Fixture, startFixture } from '../../sandbox/ecr/local-ecr-fixture.ts'
import { aReleaseLine, labelsOf } from '../../support/builders.ts'
import { ensureBundles, runTaskBundle, type TaskSetting } from '../../support/task-process.ts'

describe('PlatformImagePublish', () => {
  let fixture: Fixture

  before(async function () {
    this.timeout(30_000)
    ensureBundles()
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  const setting = (inputs: Record<string, string>): TaskSetting => ({
    inputs: { regionName: fixture.ecr.region, tagPrefix: '10.0-noble', tagAsLatest: 'true', ...inputs },
    environment: {
      AWS_ENDPOINT_URL_ECR: fixture.ecr.endpoint,
      AWS_ACCESS_KEY_ID: fixture.ecr.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fixture.ecr.credentials.secretAccessKey,
    },
  })

  it('reads nothing else where the action is none', async () => {
    const run = await runTaskBundle('PlatformImagePublish', { inputs: { action: 'none', image: '$(build.image)' } })

    assert.equal(run.result, 'Succeeded')
    assert.deepEqual(run.outputs, { action: 'none' })
  })

  it('finishes tags without a look at the image, and leaves out a tag that does not exist', async () => {
    const repositoryName = await fixture.createRepository()
    const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }) })
    const { digest } = await fixture.push(repositoryName, '10.0-noble-1.2.0', { labels })
    const extraTags = '10.0,$(Build.Nothing)'

    const run = await runTaskBundle(
      'PlatformImagePublish',
      setting({ action: 'retag', repositoryName, extraTags, image: '$(build.image)', versionTag: '$(check.nextTag)' }),
    )

    assert.equal(run.result, 'Succeeded', run.message)
    assert.deepEqual(run.outputs, {
      action: 'release',
      imageUri: `${fixture.ecr.host}/${repositoryName}:10.0-noble-1.2.0`,
      imageDigest: digest,
      versionTag: '10.0-noble-1.2.0',
      publishedTags: '10.0-noble-1.2.0,10.0,latest',
      repositoryUri: `${fixture.ecr.host}/${repositoryName}`,
      repositoryCreated: 'false',
      createdAt: '2026-11-23T12:00:00.000Z',
    })
    const { data: summary = '' } = run.commands.find(({ name }) => name === 'task.uploadsummary') ?? {}
    assert.match(summary, /\.md$/)
    assert.match(run.stdout, /The extra tag \$\(Build\.Nothing\) holds a variable that does not exist; it is left out/)
    assert.deepEqual(
      new Set((await fixture.ecr.tags(repositoryName)).keys()),
      new Set(['10.0-noble-1.2.0', '10.0', 'latest', '10.0-noble-current']),
    )
  })

  for (const [whose, buildId, action] of [
    ['an earlier attempt of this run', '1', 'release'],
    ['another run', '2', 'none'],
  ] as const) {
    it(`says ${action} where all tags stand on a release of ${whose}`, async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '10.0-noble-1.2.0', {
        labels: labelsOf({ releaseLine: aReleaseLine({ repositoryName }) }, 'project/1'),
      })
      for (const tag of ['latest', '10.0-noble-current']) {
        await fixture.retag(repositoryName, { imageDigest: digest }, tag)
      }

      const run = await runTaskBundle('PlatformImagePublish', {
        ...setting({ action: 'retag', repositoryName }),
        variables: { 'System.TeamProject': 'project', 'Build.BuildId': buildId },
      })

      assert.equal(run.result, 'Succeeded', run.message)
      assert.equal(run.outputs.action, action)
    })
  }

  const pullRequest = { 'Build.Reason': 'PullRequest', 'Build.SourceBranch': 'refs/pull/7/merge' }
  for (const action of ['release', 'retag']) {
    it(`refuses to ${action} in a pull request, before it asks anybody`, async () => {
      const before = fixture.ecr.requests.length
      const inputs = { repositoryName: 'platform/aspnet', image: 'a', versionTag: '10.0-noble-1.0.0' }

      const run = await runTaskBundle('PlatformImagePublish', {
        ...setting({ action, allowPullRequests: 'false', ...inputs }),
        variables: pullRequest,
      })

      assert.equal(run.result, 'Failed')
      assert.match(
        run.message ?? '',
        /^This run is a pull request's.*"allowPullRequests".* \[publish-in-pull-request\]$/,
      )
      assert.equal(fixture.ecr.requests.length, before)
    })
  }

  it('publishes in a pull request where that is allowed', async () => {
    const repositoryName = await fixture.createRepository()
    const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }) })
    await fixture.push(repositoryName, '10.0-noble-1.2.0', { labels })

    const run = await runTaskBundle('PlatformImagePublish', {
      ...setting({ action: 'retag', repositoryName, allowPullRequests: 'true' }),
      variables: pullRequest,
    })

    assert.equal(run.result, 'Succeeded', run.message)
    assert.equal(run.outputs.action, 'release')
  })

  it('has nothing to refuse in a pull request without anything to do', async () => {
    const run = await runTaskBundle('PlatformImagePublish', { inputs: { action: 'none' }, variables: pullRequest })

    assert.equal(run.result, 'Succeeded')
  })

  const refused: readonly (readonly [inputs: Record<string, string>, message: RegExp])[] = [
    [{ image: '$(build.image)' }, /holds \$\(build\.image\).*a step named "build"/],
    [{}, /^The input "image" is required/],
    [{ image: 'a', versionTag: '8.0-noble-1.0.0' }, /^The input "versionTag" is "8\.0-noble-1\.0\.0"/],
  ]
  it('fails before it touches anything where an input is wrong', async () => {
    const runs = await Promise.all(
      refused.map(([inputs]) =>
        runTaskBundle(
          'PlatformImagePublish',
          setting({ action: 'release', repositoryName: 'platform/aspnet', createRepository: 'true', ...inputs }),
        ),
      ),
    )

    for (const [row, [inputs, message]] of refused.entries()) {
      assert.equal(runs[row]?.result, 'Failed', JSON.stringify(inputs))
      assert.match(runs[row].message ?? '', message)
    }
  })
})
