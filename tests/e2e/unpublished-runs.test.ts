import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import type { PipelineResult } from '../../sandbox/agent/run-pipeline.ts'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { readTags } from '../../sandbox/demo/observe.ts'
import { pipelineFile } from '../../sandbox/demo/story.ts'
import { type RunRequest, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { checkOutFor, edit } from '../support/checked-out.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

const root = join(import.meta.dirname, '..', '..')
const [older] = servicingVersions
const pipelineSchema = v.looseObject({
  extends: v.looseObject({ parameters: v.looseObject({ aws_ecr_repository_name: v.string() }) }),
})

const pipelineFiles = readdirSync(join(root, 'platform-images'), { recursive: true, encoding: 'utf8' })
  .filter((file) => basename(file) === 'azure-pipelines.yml')
  .map((file) => join('platform-images', file))

/** Requests to ECR that change nothing; whatever else is asked counts as a write. */
const reads =
  /^(BatchGetImage|DescribeImages|DescribeRepositories|GetAuthorizationToken|GetDownloadUrlForLayer)$|^(GET|HEAD) /

type Way = Pick<RunRequest, 'branch' | 'pullRequest' | 'parameters'>

const feature: Way = { branch: 'refs/heads/feature/new-base' }
const pullRequest: Way = { ...feature, pullRequest: 7 }

describe('runs that must not publish', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox(console.log)
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })
  beforeEach(() => sandbox.baseImages.moveTags(older))

  /** Runs a pipeline; gives its result, and how many requests wrote and cards were sent meanwhile. */
  async function run(sources: string, file: string, way: Way = {}) {
    const { ecr, baseRegistry, teams } = sandbox
    const before = { ecr: ecr.requests.length, base: baseRegistry.requests.length, cards: teams.cards.length }
    const result = await sandbox.run({ sources, file, ...way })
    const writes = [
      ...ecr.requests.slice(before.ecr).map(({ operation }) => operation),
      ...baseRegistry.requests.slice(before.base).map(({ method, path }) => `${method} ${path}`),
    ].filter((operation) => !reads.test(operation))
    return { result, writes, cards: teams.cards.length - before.cards }
  }

  for (const file of pipelineFiles) {
    describe(`of ${dirname(file)}`, () => {
      const { aws_ecr_repository_name: repositoryName } = v.parse(
        pipelineSchema,
        parse(readFileSync(join(root, file), 'utf8')),
      ).extends.parameters

      it('build, test and write nothing: a pull request', async () => {
        assertValidated(await run(await sandbox.checkOut(), file, pullRequest))
        assert.equal((await sandbox.ecr.tags(repositoryName)).size, 0)
      })

      it('only say what a release would do: a plan', async () => {
        const { result, writes, cards } = await run(await sandbox.checkOut(), file, { parameters: { purpose: 'plan' } })

        assert.equal(result.result, 'Succeeded')
        assert.deepEqual([writes, cards], [[], 0])
        assert.match(output(result, 'check', 'nextTag') ?? '', /-1\.0\.0$/)
        assert.equal(output(result, 'build', 'image'), undefined)
      })
    })
  }

  it('build, test and write nothing: another branch than main', async () => {
    assertValidated(await run(await sandbox.checkOut(), pipelineFile, feature))
  })

  it('say what a release would push and move, also on top of a release', async function () {
    this.timeout(600_000)
    const repositoryName = 'e2e/would-move'
    const sources = await checkOutFor(sandbox, repositoryName)
    await edit(join(sources, pipelineFile), (text) => text.replace("- '10.0'", '- 10.0\n      - $(Build.BuildNumber)'))
    const release = await run(sources, pipelineFile)
    const released = await readTags(sandbox, repositoryName)
    const { buildNumber } = release.result

    const validation = await run(sources, pipelineFile, pullRequest)
    const plan = await run(sources, pipelineFile, { parameters: { purpose: 'plan', force_update: true } })

    assert.ok(release.writes.includes('PutImage') && release.cards === 1, 'writes and cards are counted')
    assert.deepEqual(
      new Set(released.keys()),
      new Set(['10.0-noble-1.0.0', '10', buildNumber, 'latest', '10.0-noble-current']),
    )
    assertValidated(validation)
    assert.equal(output(validation.result, 'check', 'reason'), 'index-digest')
    const lines = validation.result.steps.find(({ name }) => name === 'publish')?.lines.join('\n') ?? ''
    assert.match(lines, /Would push localhost\/platform-image\/image:\S+ as 10\.0-noble-1\.1\.0/)
    for (const tag of ['10', 'latest', '10.0-noble-current']) {
      assert.ok(lines.includes(`${tag}  would move  10.0-noble-1.0.0 -> 10.0-noble-1.1.0`), `${tag}\n${lines}`)
    }
    assert.match(lines, /would publish \S+\/e2e\/would-move:10\.0-noble-1\.1\.0, and nothing was written/)
    const decision = JSON.parse(output(plan.result, 'check', 'decision') ?? '') as Record<string, unknown>
    assert.deepEqual([decision.planned, decision.action, decision.reason], [true, 'none', 'forced'])
    assert.deepEqual([plan.writes, plan.cards], [[], 0])
    assert.deepEqual(await readTags(sandbox, repositoryName), released)
  })

  it('are red where a release would be, and ring no channel', async () => {
    const sources = await checkOutFor(sandbox, 'e2e/red-pull-request')
    await edit(join(sources, 'platform-images/net10/aspnet/Dockerfile'), (text) =>
      text.replace(/^USER /m, 'RUN rm -r /usr/share/dotnet/shared/Microsoft.AspNetCore.App\nUSER '),
    )

    const { result, writes, cards } = await run(sources, pipelineFile, pullRequest)

    assert.equal(result.result, 'Failed')
    assert.equal(output(result, 'check', 'purpose'), 'validate')
    assert.deepEqual([writes, cards], [[], 0])
  })

  it('build and test without any access to ECR, as a pull request from a fork has none', async () => {
    const sources = await checkOutFor(sandbox, 'e2e/fork')
    await edit(join(sources, pipelineFile), (text) =>
      text.replace('aws_credentials: aws-dev', "aws_credentials: ''").replace('eu-west-1', "''"),
    )

    const { result, writes, cards } = await run(sources, pipelineFile, pullRequest)

    assertValidated({ result, writes, cards })
    assert.equal(output(result, 'check', 'reason'), 'validation')
    assert.equal(output(result, 'check', 'nextTag'), '')
    assert.equal(output(result, 'build', 'testResult'), 'passed')
    for (const step of ['check', 'publish']) {
      const warnings = result.steps.find(({ name }) => name === step)?.issues.map(({ message }) => message) ?? []
      assert.ok(
        warnings.some((message) => message.endsWith('[input-missing]')),
        warnings.join('\n'),
      )
    }
  })
})

function assertValidated({ result, writes, cards }: { result: PipelineResult; writes: string[]; cards: number }): void {
  const errors = result.steps.flatMap(({ issues }) => issues.map(({ message }) => message)).join('\n')
  assert.equal(result.result, 'Succeeded', errors)
  assert.deepEqual([writes, cards], [[], 0])
  assert.equal(output(result, 'check', 'action'), 'validate')
  assert.equal(output(result, 'check', 'updateNeeded'), 'false')
  assert.notEqual(output(result, 'check', 'buildRecord'), '')
  assert.equal(output(result, 'build', 'testResult'), 'passed')
  assert.equal(output(result, 'publish', 'action'), 'none')
}

function output({ steps }: PipelineResult, step: string, name: string): string | undefined {
  return steps.find((candidate) => candidate.name === step)?.outputs[name]
}
