import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionId, roleOf, userKey } from '../aws/aws-under-test.ts'
import { assertShowsNoSecret, readAll, watchCommandLines } from '../support/secret-scan.ts'
import type { TaskRun } from '../support/task-process.ts'
import {
  authorization,
  connectedTasks,
  startTasksUnderTest,
  type Task,
  type TasksUnderTest,
  type Way,
} from '../support/tasks-under-test.ts'

type Fields = Readonly<Record<string, string>>

/** As Terraform writes a connection: all fields, most of them blank. */
const blanks = {
  ...{ username: '', password: '', sessionToken: '', assumeRoleArn: '', roleSessionName: '', externalId: '' },
  useOIDC: 'false',
}
const key = { username: userKey.accessKeyId, password: userKey.secretAccessKey }
const environmentKey = { AWS_ACCESS_KEY_ID: userKey.accessKeyId, AWS_SECRET_ACCESS_KEY: userKey.secretAccessKey }
const staleKey = { username: 'AKIASTALE', password: 'canary/stale+password', sessionToken: 'canary=stale=token' }

describe('awsCredentials', () => {
  let tasks: TasksUnderTest
  let folder: string

  before(async function () {
    this.timeout(60_000)
    tasks = await startTasksUnderTest()
    folder = await mkdtemp(join(tmpdir(), 'aws-connection-'))
  })
  after(async () => {
    await tasks.stop()
    await rm(folder, { recursive: true })
  })

  /** Runs a task with debug output; nothing that it leaves, and nothing that its processes are called with, may hold a secret. */
  async function run(task: Task, way: Way): Promise<TaskRun> {
    const temporary = await mkdtemp(join(folder, 'temporary-'))
    const commandLines = watchCommandLines()
    const done = await tasks.run(task, {
      ...way,
      variables: { 'System.Debug': 'true', ...way.variables },
      environment: { AGENT_TEMPDIRECTORY: temporary, ...way.environment },
    })
    assert.match(done.stdout, /##vso\[task\.debug\]/)
    assertShowsNoSecret(
      {
        // Whatever a task prints of it, an agent hides the password of its own proxy.
        output: done.shown.replaceAll(tasks.network.password, '***'),
        'output variables': JSON.stringify([done.outputs, done.left]),
        message: done.message ?? '',
        cards: tasks.webhook.server.requests.map(({ body }) => body).join('\n'),
        'temporary files': (await readAll(temporary)).join('\n'),
        'command lines': commandLines.stop().join('\n'),
      },
      secrets(way),
    )
    assert.doesNotMatch(
      done.stdout,
      /NodeVersionSupportWarning|Multiple credential sources|\(node:\d+\) (?!Warning: Setting the NODE_TLS)/,
    )
    return done
  }

  /** Everything that nobody may see, of all runs until now. */
  function secrets({ variables = {} }: Way): readonly string[] {
    const { aws, ecr, network, webhook } = tasks
    return [
      userKey.secretAccessKey,
      aws.azureDevOps.jobToken,
      ...aws.azureDevOps.tokens,
      ...aws.identities.sessions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken ?? '']),
      ...ecr.ecr.passwords(),
      ...[staleKey.password, staleKey.sessionToken],
      ...[network.password, webhook.url, new URL(webhook.url).searchParams.get('sig') ?? ''],
      variables['AWS.SecretAccessKey'] ?? '',
    ].filter((secret) => secret !== '')
  }

  const ways: readonly (readonly [what: string, way: Way, session: string | undefined])[] = [
    ['an access key', { fields: { ...blanks, ...key } }, undefined],
    ['a role', { fields: { ...blanks, ...key, assumeRoleArn: roleOf('by-key').arn } }, 'by-key/platform-image-7'],
    [
      'a role with external id and session name',
      {
        fields: {
          ...{ ...blanks, ...key, assumeRoleArn: roleOf('by-key-and-id').arn },
          ...{ externalId: 'x-1', roleSessionName: 'nightly build' },
        },
      },
      'by-key-and-id/nightly-build',
    ],
    [
      "a role that the agent's key assumes, beside a stale password",
      {
        fields: { ...blanks, password: staleKey.password, assumeRoleArn: roleOf('by-key').arn },
        environment: environmentKey,
      },
      'by-key/platform-image-7',
    ],
    [
      'OpenID Connect, beside a stale key',
      { fields: { ...staleKey, assumeRoleArn: roleOf('by-token').arn, useOIDC: 'True' } },
      'by-token/platform-image-7',
    ],
    [
      'variables that nobody declared as secret',
      { variables: { 'AWS.AccessKeyID': userKey.accessKeyId, 'AWS.SecretAccessKey': userKey.secretAccessKey } },
      undefined,
    ],
    [
      'the role of a variable',
      { variables: { 'AWS.AssumeRoleArn': roleOf('by-key').arn }, environment: environmentKey },
      'by-key/platform-image-7',
    ],
    [
      "the agent's environment, whatever its profile",
      { environment: { ...environmentKey, AWS_PROFILE: 'x' } },
      undefined,
    ],
    ['a blank connection, so by the environment', { fields: blanks, environment: environmentKey }, undefined],
  ]
  for (const [what, way, session] of ways) {
    it(`signs in by ${what}, and shows no secret`, async () => {
      const { sessions } = tasks.aws.identities
      const before = sessions.length

      const [check, build, publish] = await Promise.all(connectedTasks.map((task) => run(task, way)))

      for (const done of [check, publish]) assert.equal(done?.result, 'Succeeded', done?.message)
      // It has signed in for its base, and the engine here has none.
      assert.match(build?.message ?? '', /\[base-pull-failed\]$/)
      const names = sessions.slice(before).map(({ arn }) => arn.replace(/^.*:assumed-role\//, ''))
      assert.deepEqual(names, session === undefined ? [] : connectedTasks.map(() => session))
    }).timeout(60_000)
  }

  const oidc = (name: string): Fields => ({ ...blanks, assumeRoleArn: roleOf(name).arn, useOIDC: 'true' })
  const failures: readonly (readonly [what: string, way: () => Way, message: RegExp])[] = [
    ['no credentials at all', () => ({ environment: { HOME: '/nonexistent' } }), /\[aws-credentials-missing\]$/],
    ['half a key', () => ({ fields: { ...blanks, password: staleKey.password } }), /half a key.* \[input-invalid\]$/],
    ['a wrong secret', () => ({ fields: { ...key, password: staleKey.password } }), /\[aws-credentials-refused\]$/],
    [
      'a wrong external id',
      () => ({ fields: { ...key, assumeRoleArn: roleOf('by-key-and-id').arn, externalId: 'x-2' } }),
      /\[aws-role-denied\]$/,
    ],
    ['a role that does not trust the token', () => ({ fields: oidc('of-others') }), /\[aws-role-denied\]$/],
    [
      'a job token that Azure DevOps refuses',
      () => ({
        fields: oidc('by-token'),
        environment: authorization('SYSTEMVSSCONNECTION', { AccessToken: 'canary.of.the.job' }),
      }),
      /answered 401.* \[oidc-refused\]$/,
    ],
    [
      'an agent without OpenID Connect',
      () => ({ fields: oidc('by-token'), variables: { 'System.OidcRequestUri': '' } }),
      /\[oidc-unavailable\]$/,
    ],
    [
      'a role of another partition',
      () => ({ fields: { ...oidc('x'), assumeRoleArn: 'arn:aws-cn:iam::123456789012:role/x' } }),
      /\[aws-role-other-partition\]$/,
    ],
    [
      'STS out of reach',
      () => ({ fields: oidc('by-token'), environment: { AWS_ENDPOINT_URL_STS: 'http://localhost:1' } }),
      /\[sts-unreachable\]$/,
    ],
    [
      'an endpoint without TLS',
      () => ({ fields: oidc('by-token'), environment: { AWS_ENDPOINT_URL: 'http://sts.example' } }),
      /\[address-not-https\]$/,
    ],
    [
      'what is no endpoint',
      () => ({ fields: oidc('by-token'), environment: { AWS_ENDPOINT_URL_ECR: 'ecr.example' } }),
      /\[aws-endpoint-invalid\]$/,
    ],
    [
      'an endpoint without TLS in the configuration of AWS',
      () => ({ fields: key, environment: configuration('[default]\nendpoint_url = http://ecr.example\n') }),
      /^ecr\.example is not asked over http: .* \[address-not-https\]$/,
    ],
    [
      'an endpoint of STS without TLS in the configuration of AWS',
      () => ({
        fields: oidc('by-token'),
        environment: configuration(
          '[default]\nservices = local\n[services local]\nsts =\n  endpoint_url = http://sts.example\n',
        ),
      }),
      /^sts\.example is not asked over http: .* \[address-not-https\]$/,
    ],
    [
      'what is no endpoint in the configuration of AWS',
      () => ({ fields: key, environment: configuration('[default]\nendpoint_url = ecr.example\n') }),
      /^endpoint_url of the agent's AWS configuration .* \[aws-endpoint-invalid\]$/,
    ],
    [
      'a session that has ended',
      () => {
        const { openSession } = tasks.aws.identities
        const session = openSession({ arn: 'arn:aws:sts::123456789012:assumed-role/x/y', expiration: new Date(0) })
        const { accessKeyId: username, secretAccessKey: password, sessionToken } = session
        return { fields: { ...blanks, username, password, sessionToken } }
      },
      /\[aws-credentials-expired\]$/,
    ],
  ]
  for (const [what, way, message] of failures) {
    it(`tells ${what}, and shows no secret`, async () => {
      const given = way()
      const runs = await Promise.all(connectedTasks.map((task) => run(task, given)))

      for (const done of runs) {
        assert.equal(done.result, 'Failed')
        assert.match(done.message ?? '', message)
      }
    }).timeout(60_000)
  }

  /** An environment whose endpoints stand in a file alone. */
  function configuration(text: string): Record<string, string> {
    const file = join(mkdtempSync(join(folder, 'configuration-')), 'config')
    writeFileSync(file, text)
    return { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL_ECR: '', AWS_ENDPOINT_URL_STS: '' }
  }

  const careless: readonly Way[] = [
    { variables: { 'Agent.SkipCertValidation': 'True', 'Agent.CAInfo': '' } },
    { variables: { 'Agent.CAInfo': '' }, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  ]
  for (const way of careless) {
    it(`warns loudly where no certificate is checked: ${JSON.stringify(way)}`, async () => {
      const done = await run('PlatformImageCheck', { fields: key, ...way })

      const issues = done.commands.filter(({ name }) => name === 'task.issue' || name === 'task.logissue')
      assert.equal(issues.filter(({ data }) => data.includes("no host's certificate is checked")).length, 1)
      assert.equal(done.result, 'Succeeded', done.message)
    })
  }

  it('shows the statement that a trust policy needs', async () => {
    const { issuer, audience, subjectOf } = tasks.aws.azureDevOps

    const { stdout } = await run('PlatformImageCheck', { fields: oidc('of-others') })

    const [, json = ''] = /has to hold this statement:\n([\s\S]*?\n\})\n/.exec(stdout) ?? []
    const provider = issuer.replace(/^https?:\/\//, '')
    assert.deepEqual(JSON.parse(json), {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subjectOf(connectionId) } },
    })
  })
})
