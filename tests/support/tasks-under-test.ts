import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsePolicies } from '../../sandbox/iam/policy.ts'
import { type AwsUnderTest, connectionId, startAwsUnderTest } from '../aws/aws-under-test.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { aReleaseLine, labelsOf } from './builders.ts'
import { documentedPolicy } from './documented-policies.ts'
import { type LoopbackServer, startServer } from './loopback-server.ts'
import { type PrivateNetwork, startPrivateNetwork } from './private-network.ts'
import { type ScriptedWebhook, startScriptedWebhook } from './scripted-webhook.ts'
import { ensureBundles, runTaskBundle, type TaskRun, type TaskSetting } from './task-process.ts'
import { defaultInputs } from './task-sources.ts'

export const connectedTasks = ['PlatformImageCheck', 'PlatformImageBuildTest', 'PlatformImagePublish'] as const
export const allTasks = [...connectedTasks, 'TeamsNotify'] as const
export type Task = (typeof allTasks)[number]

/** What a run says otherwise than the usual one. */
export interface Way extends Pick<TaskSetting, 'inputs' | 'variables' | 'environment' | 'onOutput'> {
  /** The fields of the AWS connection; without them, the step has none. */
  readonly fields?: Readonly<Record<string, string>>
}

/**
 * The four tasks, and everything that they ask: AWS with roles that have the documented permissions, Azure DevOps, a
 * webhook, and an engine that can pull nothing. All of them are also behind a proxy, under names of their own.
 */
export interface TasksUnderTest {
  readonly aws: AwsUnderTest
  readonly ecr: Fixture
  readonly webhook: ScriptedWebhook
  /** What it is asked is there to be read; nothing comes of a pull. */
  readonly engine: LoopbackServer
  readonly network: PrivateNetwork
  /** Inputs and the rest for a run where all is well; only BuildTest fails, by `[base-pull-failed]`. */
  setting(task: Task, way: Way): TaskSetting
  /** What a run needs on top to reach everything by its name, through the proxy. */
  throughProxy(task: Task): Way
  run(task: Task, way: Way): Promise<TaskRun>
  stop(): Promise<void>
}

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const hook = 'hooks.example'
const repositoryName = 'platform/aspnet'

export async function startTasksUnderTest(): Promise<TasksUnderTest> {
  ensureBundles()
  const policy = parsePolicies(...(['check', 'publish', 'base'] as const).map(documentedPolicy))
  const aws = await startAwsUnderTest({ policy })
  const ecr = await startFixture({ identities: aws.identities, clock: () => new Date() })
  await ecr.createRepository({ repositoryName })
  const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }) })
  await ecr.push(repositoryName, '10.0-noble-1.0.0', { labels })
  await ecr.createRepository({ repositoryName: 'base/aspnet' })
  await ecr.push('base/aspnet', '10.0')
  const webhook = await startScriptedWebhook()
  const engine = await startEngineWithoutImages()
  const [oidc, sts] = [new URL(aws.azureDevOps.requestUri), aws.sts.endpoint]
  const network = await startPrivateNetwork({
    [registry]: ecr.ecr.endpoint,
    'api.ecr.eu-west-1.amazonaws.com': ecr.ecr.endpoint,
    // Layers are on another host, as in S3.
    'layers.s3.eu-west-1.amazonaws.com': ecr.ecr.endpoint.replace('localhost', '127.0.0.1'),
    'sts.eu-west-1.amazonaws.com': sts,
    'dev.azure.example': oidc.origin,
    [hook]: webhook.server.url,
  })
  const folder = await mkdtemp(join(tmpdir(), 'tasks-under-test-'))

  /** Of what the tasks themselves ask: BuildTest and Check read a base in ECR, whose name is always behind the proxy. */
  const proxy = () => ({
    'Agent.ProxyUrl': network.proxyUrl,
    'Agent.ProxyUsername': network.username,
    'Agent.ProxyPassword': network.password,
    'Agent.CAInfo': network.authorityFile,
  })

  function setting(task: Task, { fields, ...way }: Way): TaskSetting {
    return {
      inputs: {
        ...defaultInputs(task),
        ...inputsOf(task),
        ...(fields && { awsCredentials: connectionId }),
        ...way.inputs,
      },
      variables: {
        'System.OidcRequestUri': aws.azureDevOps.requestUri,
        'Build.BuildId': '7',
        ...proxy(),
        ...way.variables,
      },
      environment: {
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL_ECR: ecr.ecr.endpoint,
        AWS_ENDPOINT_URL_STS: aws.sts.endpoint,
        DOCKER_HOST: engine.url.replace('http:', 'tcp:'),
        ...authorization('SYSTEMVSSCONNECTION', { AccessToken: aws.azureDevOps.jobToken }),
        ...(fields && authorization(connectionId, fields)),
        ...way.environment,
      },
      ...(way.onOutput && { onOutput: way.onOutput }),
    }
  }

  function inputsOf(task: Task): Record<string, string> {
    const line = { repositoryName, tagPrefix: '10.0-noble' }
    switch (task) {
      case 'PlatformImageCheck':
        return { ...line, regionName: 'eu-west-1', contextPath: context(), forceUpdate: 'true' }
      case 'PlatformImageBuildTest':
        return { ...line, regionName: 'eu-west-1', contextPath: context() }
      case 'PlatformImagePublish':
        return { ...line, regionName: 'eu-west-1', action: 'retag', tagAsLatest: 'true' }
      case 'TeamsNotify':
        return { title: 'A new version', facts: '', webhookUrl: webhook.url, whenDeliveryFails: 'fail' }
    }
  }

  function context(): string {
    const path = mkdtempSync(join(folder, 'context-'))
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'Dockerfile'), `FROM ${registry}/base/aspnet:10.0\n`)
    return path
  }

  return {
    aws,
    ecr,
    webhook,
    engine,
    network,
    setting,
    throughProxy: (task) => ({
      inputs: task === 'TeamsNotify' ? { webhookUrl: webhook.url.replace(webhook.server.url, `https://${hook}`) } : {},
      variables: { 'System.OidcRequestUri': `https://dev.azure.example${oidc.pathname}` },
      environment: { AWS_ENDPOINT_URL_ECR: '', AWS_ENDPOINT_URL_STS: '' },
    }),
    run: (task, way) => runTaskBundle(task, setting(task, way)),
    async stop() {
      await Promise.all([aws.stop(), ecr.stop(), webhook.stop(), engine.stop(), network.stop()])
      await rm(folder, { recursive: true })
    },
  }
}

/** A service connection as the agent hands it over. */
export function authorization(id: string, parameters: Readonly<Record<string, string>>): Record<string, string> {
  return { [`ENDPOINT_AUTH_${id}`]: JSON.stringify({ scheme: 'UsernamePassword', parameters }) }
}

/** As much of Docker's API as comes before a pull, which it refuses. */
function startEngineWithoutImages(): Promise<LoopbackServer> {
  const body = (content: unknown) => ({
    headers: { 'content-type': 'application/json', 'api-version': '1.47', 'builder-version': '2' },
    body: JSON.stringify(content),
  })
  return startServer(({ path }) => {
    if (path.endsWith('/_ping')) return body('OK')
    if (path.endsWith('/version')) return body({ Version: '28.0.0', ApiVersion: '1.47', Os: 'linux', Arch: 'amd64' })
    if (/\/(images|containers)\/json/.test(path)) return body([])
    if (path.includes('/images/create'))
      return body({ error: 'manifest unknown', errorDetail: { message: 'manifest unknown' } })
    return { ...body({ message: 'no such image' }), status: 404 }
  })
}
