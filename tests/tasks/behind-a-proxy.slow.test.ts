import assert from 'node:assert/strict'
import { roleOf } from '../aws/aws-under-test.ts'
import type { LogCommand, TaskRun } from '../support/task-process.ts'
import { allTasks, startTasksUnderTest, type Task, type TasksUnderTest, type Way } from '../support/tasks-under-test.ts'

const oidc = { assumeRoleArn: roleOf('by-token').arn, useOIDC: 'true' }
const aws = ['dev.azure.example', 'sts.eu-west-1.amazonaws.com', 'api.ecr.eu-west-1.amazonaws.com']
const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

/** Whom each task asks through the proxy. */
const hosts: Readonly<Record<Task, readonly string[]>> = {
  PlatformImageCheck: [...aws, registry, 'layers.s3.eu-west-1.amazonaws.com'],
  PlatformImageBuildTest: [...aws, registry],
  PlatformImagePublish: aws,
  TeamsNotify: ['hooks.example'],
}

describe('behind a proxy with a password, and certificates of a private authority,', () => {
  let tasks: TasksUnderTest

  before(async function () {
    this.timeout(60_000)
    tasks = await startTasksUnderTest()
  })
  after(() => tasks.stop())
  afterEach(() => {
    tasks.network.manner = 'admits'
  })

  /** Runs each task, by OpenID Connect where it asks AWS, with every host behind the proxy. */
  async function runAll(way: Way = {}): Promise<(readonly [task: Task, run: TaskRun])[]> {
    return Promise.all(
      allTasks.map(async (task) => {
        const { inputs, variables, environment } = tasks.throughProxy(task)
        const run = await tasks.run(task, {
          ...(task !== 'TeamsNotify' && { fields: oidc }),
          ...way,
          inputs: { ...inputs, ...way.inputs },
          variables: { ...variables, ...way.variables },
          environment: { ...environment, ...way.environment },
        })
        return [task, run] as const
      }),
    )
  }

  function assertGood([task, { result, message, stdout }]: readonly [Task, TaskRun]): void {
    // There is nothing to pull for the engine, which is on another network.
    if (task === 'PlatformImageBuildTest') assert.match(message ?? '', /\[base-pull-failed\]$/, stdout)
    else assert.equal(result, 'Succeeded', message)
  }

  it("each task goes through the agent's proxy, and shows its password to the proxy alone", async () => {
    for (const [task, run] of await runAll()) {
      assertGood([task, run])
      assert.doesNotMatch(run.stdout, new RegExp(tasks.network.password.replace(/[+/]/g, String.raw`\$&`)))
    }
    assert.ok(tasks.network.asked.every(({ isAdmitted }) => isAdmitted))
    const asked = new Set(tasks.network.asked.map(({ to }) => to))
    assert.deepEqual([...asked].sort(), [...new Set(Object.values(hosts).flat())].map((host) => `${host}:443`).sort())
  }).timeout(60_000)

  it('BuildTest gives the engine what ECR asks for', () => {
    const pulls = tasks.engine.requests.filter(({ path }) => path.includes('/images/create'))
    const passwords = pulls.map(({ headers }) => {
      const json = Buffer.from(String(headers['x-registry-auth']), 'base64').toString()
      return (JSON.parse(json) as { readonly password?: string }).password
    })

    assert.equal(passwords.length, 1)
    assert.ok(tasks.ecr.ecr.passwords().includes(passwords[0] ?? ''))
  })

  it("each task goes through the environment's proxy, and trusts its authority", async () => {
    const { username, password, proxyUrl, authorityFile } = tasks.network
    const proxy = proxyUrl.replace('//', `//${encodeURIComponent(username)}:${encodeURIComponent(password)}@`)

    const runs = await runAll({
      variables: noAgentProxy,
      environment: { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: authorityFile },
    })

    for (const run of runs) assertGood(run)
  }).timeout(60_000)

  it('each task names a bypass that is no expression, and goes on', async () => {
    for (const [task, run] of await runAll({ variables: { 'Agent.ProxyBypassList': '["(", "\\\\.internal$"]' } })) {
      assertGood([task, run])
      assert.deepEqual(
        run.commands
          .filter(isWarning)
          .map(({ data }) => data)
          .filter((warning) => warning.includes('.proxybypass')),
        [`The agent's .proxybypass has "(", which is not an expression; it is ignored.`],
      )
    }
  }).timeout(60_000)

  it('each task asks again where the proxy cuts its way', async () => {
    tasks.network.manner = 'cuts'
    const runs = await runAll({
      onOutput(output) {
        if (output.includes('(ECONNRESET)')) tasks.network.manner = 'admits'
      },
    })

    for (const run of runs) assertGood(run)
    assert.ok(runs.some(([, { stdout }]) => /does not answer through the proxy .* \(ECONNRESET\)/.test(stdout)))
  }).timeout(60_000)

  const refused: readonly (readonly [what: string, way: Way, code: string, told: RegExp])[] = [
    ['refuses', {}, 'proxy-refused', /\(PROXY_403\)\. Check the agent's (proxy|network, its proxy)/],
    [
      'wants another password',
      { variables: { 'Agent.ProxyPassword': 'wrong' } },
      'proxy-refused',
      /\(PROXY_407\)\. (Give the agent the user name and the password of its proxy|Check the agent's network, its proxy)/,
    ],
    [
      'leads to a certificate that nobody knows',
      { variables: { 'Agent.CAInfo': '' } },
      'certificate-untrusted',
      /no trusted certificate through the proxy .* (Give the certificate authority|.*NODE_EXTRA_CA_CERTS)/,
    ],
  ]
  for (const [what, way, code, told] of refused) {
    it(`each task tells a proxy that ${what}`, async () => {
      if (what === 'refuses') tasks.network.manner = 'refuses'

      for (const [task, { result, message = '' }] of await runAll(way)) {
        assert.equal(result, 'Failed', task)
        assert.match(message, told)
        assert.ok(message.endsWith(` [${task === 'TeamsNotify' ? 'webhook-unreachable' : code}]`), message)
      }
    }).timeout(60_000)
  }

  it('each task tells a proxy that is no address', async () => {
    for (const [, { message = '' }] of await runAll({ variables: { 'Agent.ProxyUrl': 'proxy.example' } })) {
      assert.match(message, /it is not an http address\. Write it as http:\/\/host:port\. \[[a-z-]+\]$/)
    }
  }).timeout(60_000)
})

const noAgentProxy = { 'Agent.ProxyUrl': '', 'Agent.ProxyUsername': '', 'Agent.ProxyPassword': '', 'Agent.CAInfo': '' }

function isWarning({ name, properties }: LogCommand): boolean {
  return name === 'task.logissue' && properties.type === 'warning'
}
