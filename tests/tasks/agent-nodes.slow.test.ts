import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AwsUnderTest, connectionId, roleOf, startAwsUnderTest } from '../aws/aws-under-test.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { aReleaseLine, labelsOf } from '../support/builders.ts'
import { agentNodes, nodeOf, tooOldNode } from '../support/other-nodes.ts'
import { type ScriptedWebhook, startScriptedWebhook } from '../support/scripted-webhook.ts'
import { ensureBundles, parseCommands, runTaskBundle, type TaskRun, type TaskSetting } from '../support/task-process.ts'
import { defaultInputs, readManifest, taskNames } from '../support/task-sources.ts'

const bundles = join(import.meta.dirname, '..', '..', 'dist', 'extension', 'tasks')

describe('the bundles of the tasks', () => {
  let aws: AwsUnderTest
  let ecr: Fixture
  let webhook: ScriptedWebhook

  before(async function () {
    this.timeout(60_000)
    ensureBundles()
    aws = await startAwsUnderTest()
    ecr = await startFixture({ identities: aws.identities, clock: () => new Date() })
    webhook = await startScriptedWebhook()
  })
  after(() => Promise.all([aws.stop(), ecr.stop(), webhook.stop()]))

  for (const version of agentNodes) {
    const run = (task: string, { inputs, ...setting }: TaskSetting) =>
      runTaskBundle(task, { ...setting, inputs: { ...defaultInputs(task), ...inputs }, node: nodeOf(version) })

    it(`work on Node ${version}, and print no warning of it`, async () => {
      const repositoryName = await ecr.createRepository()
      const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }) })
      await ecr.push(repositoryName, '10.0-noble-1.0.0', { labels })
      const parameters = { assumeRoleArn: roleOf('by-token').arn, useOIDC: 'true' }
      const publish: TaskSetting = {
        inputs: {
          ...{ action: 'retag', awsCredentials: connectionId, regionName: ecr.ecr.region },
          ...{ repositoryName, tagPrefix: '10.0-noble', tagAsLatest: 'true' },
        },
        variables: {
          'System.OidcRequestUri': aws.azureDevOps.requestUri,
          'System.AccessToken': aws.azureDevOps.jobToken,
        },
        environment: {
          AWS_ENDPOINT_URL_ECR: ecr.ecr.endpoint,
          AWS_ENDPOINT_URL_STS: aws.sts.endpoint,
          [`ENDPOINT_AUTH_${connectionId}`]: JSON.stringify({ scheme: 'UsernamePassword', parameters }),
        },
      }

      const runs: readonly TaskRun[] = [
        await run('PlatformImagePublish', publish),
        await run('TeamsNotify', { inputs: { title: 'New', webhookUrl: webhook.url, facts: '' } }),
        await run('PlatformImageBuildTest', { inputs: { action: 'none' } }),
        await run('PlatformImageCheck', { inputs: { regionName: 'eu-nowhere-1' } }),
      ]

      assert.deepEqual(
        runs.map(({ result }) => result),
        ['Succeeded', 'Succeeded', 'Succeeded', 'Failed'],
        runs.map(({ stdout }) => stdout).join('\n'),
      )
      assert.match(runs.at(-1)?.message ?? '', /\[input-[a-z]+\]$/)
      assert.deepEqual(
        runs.map(({ stderr }) => stderr),
        runs.map(() => ''),
      )
    }).timeout(60_000)
  }

  for (const task of taskNames()) {
    it(`say at once what ${task} needs, where the agent has an older Node`, async () => {
      const ofHandlers = (handlers: Readonly<Record<string, { readonly target: string }>>) =>
        new Set(Object.values(handlers).map(({ target }) => target))
      const { execution, postjobexecution } = readManifest(task)

      for (const target of ofHandlers(execution)) {
        const commands = parseCommands(await runOnOldNode(join(bundles, task, target)))
        assert.deepEqual(
          commands.map(({ name, properties }) => [name, properties.result]),
          [['task.complete', 'Failed']],
        )
        assert.match(commands[0]?.data ?? '', /needs the agent's Node 20 .*\. \[agent-node-too-old\]$/)
      }
      for (const target of ofHandlers(postjobexecution)) {
        assert.equal(await runOnOldNode(join(bundles, task, target)), '')
      }
    })
  }
})

/** Everything that is printed; a process that fails is an error. */
async function runOnOldNode(file: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(nodeOf(tooOldNode), [file])
  return stdout + stderr
}
