import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { actionOf } from '../../sandbox/ecr/actions.ts'
import { join } from 'node:path'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { pipelineFile } from '../../sandbox/demo/story.ts'
import { parsePolicies } from '../../sandbox/iam/policy.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { secretForms } from '../../src/model/secret-forms.ts'
import { edit } from '../support/checked-out.ts'
import { removeImagesOf } from '../support/docker-cli.ts'
import { actionsIn, documentedPolicy } from '../support/documented-policies.ts'

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
    return [azureDevOps.jobToken, ...azureDevOps.tokens, ...keys]
  }

  it('publishes with exactly the documented permissions, and shows no secret', async () => {
    const sources = await sandbox.checkOut()
    await edit(join(sources, pipelineFile), (text) =>
      text.replace('aws_credentials: aws-dev', 'aws_credentials: aws-oidc'),
    )
    const lines: string[] = []
    const commands = watchCommands()

    const run = await sandbox.run({
      ...{ sources, file: pipelineFile, variables: { 'System.Debug': 'true' } },
      write: (line) => lines.push(line),
    })

    const seen = [...lines, ...commands.stop(), JSON.stringify([run, sandbox.teams.cards])].join('\n')
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
    for (const secret of secrets()) {
      for (const form of secretForms(secret))
        assert.ok(!seen.includes(form), `the log shows a secret: ${form.slice(0, 8)}…`)
    }
    assert.doesNotMatch(seen, /NodeVersionSupportWarning/)
  })
})

/** The command lines of all processes of this machine, looked at every few milliseconds until `stop`. */
function watchCommands() {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const process of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${process}/cmdline`, 'utf8'))
      } catch {
        // It has ended meanwhile.
      }
    }
  }, 25)
  return {
    stop(): readonly string[] {
      clearInterval(timer)
      return [...seen]
    },
  }
}
