import assert from 'node:assert/strict'
import { actionOf } from '../../sandbox/ecr/actions.ts'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { pipelineFile } from '../../sandbox/demo/story.ts'
import { parsePolicies } from '../../sandbox/iam/policy.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { edit } from '../support/checked-out.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'
import { actionsIn, documentedPolicy } from '../support/documented-policies.ts'
import { assertShowsNoSecret, watchCommandLines } from '../support/secret-scan.ts'

const policies = ['check', 'publish', 'create'] as const

describe('a pipeline with OpenID Connect', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox(console.log, { policy: parsePolicies(...policies.map(documentedPolicy)) })
    await sandbox.baseImages.moveTags(servicingVersions[0])
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })

  /** Everything that nobody may see. */
  function secrets(): readonly string[] {
    const { azureDevOps, identities } = sandbox.aws
    const keys = identities.sessions.flatMap(({ secretAccessKey, sessionToken }) => [
      secretAccessKey,
      sessionToken ?? '',
    ])
    return [
      ...[azureDevOps.jobToken, ...azureDevOps.tokens, ...keys, ...sandbox.ecr.passwords()],
      ...[sandbox.teams.webhookUrl, new URL(sandbox.teams.webhookUrl).searchParams.get('sig') ?? ''],
    ]
  }

  /** Everything that the published image tells of itself, pulled with what the publish got to push. */
  async function describeImage(repository: string, tag: string): Promise<string> {
    const { ecr, engine } = sandbox
    const configuration = await mkdtemp(join(tmpdir(), 'docker-'))
    const auth = Buffer.from(`AWS:${ecr.passwords().at(-1) ?? ''}`).toString('base64')
    await writeFile(join(configuration, 'config.json'), JSON.stringify({ auths: { [ecr.host]: { auth } } }))
    const reference = `${ecr.host}/${repository}:${tag}`
    await docker(engine.host, '--config', configuration, 'pull', '--quiet', reference)
    const parts = [
      await docker(engine.host, 'inspect', reference),
      await docker(engine.host, 'history', '--no-trunc', reference),
    ]
    await docker(engine.host, 'rmi', reference)
    await rm(configuration, { recursive: true })
    return parts.join('\n')
  }

  it('publishes with exactly the documented permissions, and shows no secret', async () => {
    const sources = await sandbox.checkOut()
    await edit(join(sources, pipelineFile), (text) =>
      text.replace('aws_credentials: aws-dev', 'aws_credentials: aws-oidc'),
    )
    const lines: string[] = []
    const commands = watchCommandLines()

    const run = await sandbox.run({
      ...{ sources, file: pipelineFile, variables: { 'System.Debug': 'true' } },
      write: (line) => lines.push(line),
    })

    const commandLines = commands.stop().join('\n')
    assert.equal(run.result, 'Succeeded', lines.join('\n'))
    assert.deepEqual([...(await sandbox.ecr.tags('platform/aspnet')).keys()].sort(), [
      ...['10.0', '10.0-noble-1.0.0', '10.0-noble-current', 'latest'],
    ])
    const actions = new Set(sandbox.ecr.requests.flatMap(({ operation }) => actionOf(operation) ?? []))
    // The template gives the repository no tags.
    const documented = actionsIn(policies.map(documentedPolicy).join('')).filter(
      (action) => action !== 'ecr:TagResource',
    )
    assert.deepEqual([...actions].sort(), documented)
    assertShowsNoSecret(
      {
        log: lines.join('\n'),
        'command lines': commandLines,
        'results, outputs and tests': JSON.stringify(run),
        'summaries and other attachments': run.attachments.map(({ path }) => readFileSync(path, 'latin1')).join('\n'),
        cards: JSON.stringify(sandbox.teams.cards),
        "image's labels and history": await describeImage('platform/aspnet', '10.0-noble-1.0.0'),
      },
      secrets(),
    )
    assert.doesNotMatch(lines.join('\n'), /NodeVersionSupportWarning/)
  })
})
