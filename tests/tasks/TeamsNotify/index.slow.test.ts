import assert from 'node:assert/strict'
import { type Situation, situations } from '../../support/webhook-contract.ts'
import { reactions, type ScriptedWebhook, startScriptedWebhook } from '../../support/scripted-webhook.ts'
import { type ProxiedHost, startProxiedHost } from '../../support/proxied-host.ts'
import { ensureBundles, runTaskBundle, type TaskRun, type TaskSetting } from '../../support/task-process.ts'
import { defaultInputs } from '../../support/task-sources.ts'

describe('TeamsNotify', () => {
  let endpoint: ScriptedWebhook

  before(async function () {
    this.timeout(30_000)
    ensureBundles()
    endpoint = await startScriptedWebhook()
  })
  after(() => endpoint.stop())
  beforeEach(() => {
    endpoint.arrange('a workflow takes it')
  })

  const notify = (inputs: Record<string, string> = {}, setting: TaskSetting = {}) =>
    runTaskBundle('TeamsNotify', {
      ...setting,
      inputs: {
        ...defaultInputs('TeamsNotify'),
        webhookUrl: endpoint.url,
        facts: '',
        title: 'A new version',
        ...inputs,
      },
    })
  const lastBody = () => endpoint.server.requests.at(-1)?.body ?? ''
  const warnings = ({ commands }: TaskRun) =>
    commands
      .filter(({ name, properties }) => name === 'task.logissue' && properties.type === 'warning')
      .map(({ data }) => data)

  it('says that a workflow queued the card, and not that it is delivered', async () => {
    const run = await notify()

    assert.equal(run.result, 'Succeeded')
    assert.equal(
      run.message,
      'The card "A new version" is queued. Whether it is posted, only the workflow\'s own history tells.',
    )
  })

  it('says that a connector posted the card', async () => {
    endpoint.arrange('a connector posts it')

    assert.equal((await notify()).message, 'The card "A new version" is posted in Teams.')
  })

  it('shows the webhook nowhere but in the commands that hide it', async () => {
    endpoint.arrange('the signature is wrong')

    const run = await notify()

    const parts = [endpoint.url, '/workflows/1a2b/triggers/manual/paths/invoke', 'hunter%2F2', 'hunter/2']
    assert.deepEqual(
      parts.filter((part) => !run.secrets.includes(part)),
      [],
    )
    for (const secret of ['hunter', 'workflows/1a2b']) assert.ok(!run.shown.includes(secret))
    assert.ok(run.stdout.indexOf('task.setsecret') < run.stdout.indexOf('was not delivered'))
  })

  it('keeps the webhook out of the debug log, where it comes from no secret variable', async () => {
    const run = await notify({}, { variables: { 'System.Debug': 'true' } })

    const debugged = run.commands.filter(({ name }) => name === 'task.debug').map(({ data }) => data)
    assert.ok(debugged.includes('title=A new version'))
    assert.deepEqual(
      debugged.filter((line) => /hunter|workflows\/1a2b/.test(line)),
      [],
    )
  })

  const connectionId = '0d1e2f3a-0000-4000-8000-000000000001'
  const authorization = (content: object) => ({
    environment: { [`ENDPOINT_AUTH_${connectionId}`]: JSON.stringify({ scheme: 'None', ...content }) },
  })

  it('takes the webhook from a service connection', async () => {
    const setting = authorization({ parameters: { webhookUrl: endpoint.url } })

    const run = await notify({ connection: connectionId, webhookUrl: '' }, setting)

    assert.equal(run.result, 'Succeeded')
    assert.ok(endpoint.url.endsWith(endpoint.server.requests.at(-1)?.path ?? 'nothing'))
  })

  for (const webhookUrl of ['$(TEAMS_WEBHOOK_URI)', 'https://other.example/hook']) {
    it(`prefers the connection to ${webhookUrl}`, async () => {
      const run = await notify(
        { connection: connectionId, webhookUrl },
        authorization({ parameters: { webhookUrl: endpoint.url } }),
      )

      assert.equal(run.result, 'Succeeded')
      assert.ok(endpoint.url.endsWith(endpoint.server.requests.at(-1)?.path ?? 'nothing'))
    })
  }

  for (const content of [{ parameters: { apitoken: 'x' } }, { parameters: { webhookUrl: ' ' } }, {}]) {
    it(`says what a connection with ${JSON.stringify(content)} lacks`, async () => {
      const run = await notify({ connection: connectionId }, authorization(content))

      assert.equal(run.result, 'SucceededWithIssues')
      assert.match(run.message ?? '', /The input "connection" names a connection without a webhook\. Choose one of the/)
    })
  }

  it("sends the form's own facts, filled by steps named check and publish", async () => {
    const { facts = '' } = defaultInputs('TeamsNotify')
    const outputs: Readonly<Record<string, string>> = {
      'publish.repositoryUri': '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
      'publish.versionTag': '10.0-noble-1.0.0',
      'publish.createdAt': '2026-11-26T04:02:17.000Z',
      'publish.imageDigest': `sha256:${'1a2b3c4d5e6f'.padEnd(64, '0')}`,
      'check.explanation': 'The line has no release yet.',
      'check.baseImage': 'mcr.microsoft.com/dotnet/aspnet:10.0-noble',
      'check.previousBaseVersion': '',
      'check.baseVersion': '10.0.14',
    }

    const run = await notify({ facts: facts.replaceAll(/\$\(([\w.]+)\)/g, (_, name: string) => outputs[name] ?? '?') })

    assert.deepEqual(warnings(run), [])
    for (const [title, value] of [
      ['Image Name', '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet'],
      ['Version Tag', '10.0-noble-1.0.0'],
      ['Creation Time', '2026-11-26 04:02:17 UTC'],
      ['Digest', 'sha256:1a2b3c4d5e6f'],
      ['Reason', 'The line has no release yet.'],
      ['Base', 'mcr.microsoft.com/dotnet/aspnet:10.0-noble'],
      ['.NET', '10.0.14'],
    ]) {
      assert.ok(lastBody().includes(JSON.stringify({ title, value })), title)
    }
  })

  it("leaves the form's own facts out in silence where there are no such steps", async () => {
    const { facts = '' } = defaultInputs('TeamsNotify')

    const run = await notify({ facts })

    assert.deepEqual([run.result, warnings(run)], ['Succeeded', []])
    assert.match(run.stdout, /^The card has no facts: no steps named "check" and "publish" have run in this job\.$/m)
    assert.ok(!lastBody().includes('FactSet'))
  })

  it('leaves out each line with a variable that does not exist, and says so', async () => {
    const run = await notify({
      facts: 'Version: 1.1.0\nDigest: $(publish.imageDigest)\nTime: 12:30',
      buttons: 'Scan | $(scan.page)\nDocs | https://docs.example/',
      mentions: '$(x.name) | a@shop.example',
    })

    assert.ok(lastBody().includes('"facts":[{"title":"Version","value":"1.1.0"},{"title":"Time","value":"12:30"}]'))
    assert.ok(lastBody().includes('"actions":[{"type":"Action.OpenUrl","title":"Docs","url":"https://docs.example/"}]'))
    assert.deepEqual(
      warnings(run),
      [
        ['facts', 'Digest: $(publish.imageDigest)'],
        ['buttons', 'Scan | $(scan.page)'],
        ['mentions', '$(x.name) | a@shop.example'],
      ].map(
        ([input, line]) =>
          `The input "${String(input)}" has a line with a variable that does not exist, which is left out: ${String(line)}`,
      ),
    )
  })

  it('puts a button to its run first, and the id of the run at the end', async () => {
    await notify(
      { buttons: 'Docs | https://docs.example/' },
      {
        variables: {
          'System.TeamProject': 'shop',
          'System.TeamFoundationCollectionUri': 'https://dev.azure.com/o/',
          'Build.BuildId': '42',
          'Build.BuildNumber': '20261126.3',
          'Build.DefinitionName': 'aspnet',
        },
      },
    )

    assert.match(
      lastBody(),
      /"actions":\[\{"type":"Action\.OpenUrl","title":"Open the run","url":"https:\/\/dev\.azure\.com\/o\/shop\/_build\/results\?buildId=42"\},\{/,
    )
    assert.match(lastBody(), /"text":"aspnet 20261126\.3 · shop\/42"/)
  })

  it('posts a bare card where that is wanted', async () => {
    await notify({ payloadShape: 'card' })

    assert.match(lastBody(), /^\{"type":"AdaptiveCard"/)
  })

  for (const action of ['None', 'validate', 'plan']) {
    it(`sends nothing where the action is ${action}, and looks at nothing else`, async () => {
      const before = endpoint.server.requests.length

      const run = await runTaskBundle('TeamsNotify', { inputs: { action, title: '$(x.y)', buttons: 'wrong' } })

      assert.equal(run.result, 'Succeeded')
      assert.equal(endpoint.server.requests.length, before)
    })
  }

  it('ends with issues where a card is not delivered, and fails where that is wanted', async () => {
    const lost = Object.entries(situations).filter(([, { kind }]) => kind === 'refused' || kind === 'unconfirmed')
    // Those that are asked again take their time, and are tried on their own.
    const final = lost.filter(([name]) => !/too many|outage|cut/.test(name))
    assert.ok(final.length >= 5)

    for (const [situation, { kind }] of final) {
      endpoint.arrange(situation as Situation)
      const [warned, failed] = await Promise.all([notify(), notify({ whenDeliveryFails: 'fail' })])

      const message =
        kind === 'refused'
          ? /^The card "A new version" was not delivered: /
          : /^The card .* may not have been delivered: /
      assert.equal(warned.result, 'SucceededWithIssues', situation)
      assert.match(warned.message ?? '', message)
      assert.equal(failed.result, 'Failed', situation)
      assert.match(failed.message ?? '', message)
    }
  }).timeout(30_000)

  it('sends the card again where the answer is a busy one or none, and says why it takes so long', async () => {
    endpoint.answer({ status: 429, headers: { 'retry-after': '0' } }, 'reset', reactions['a workflow takes it'])

    const run = await notify()

    assert.equal(run.result, 'Succeeded')
    assert.match(run.stdout, /^127\.0\.0\.1:\d+ answers 429; asking again in \d+ s$/m)
    assert.match(run.stdout, /^127\.0\.0\.1:\d+ does not answer \(ECONNRESET\); asking again in \d+ s$/m)
  })

  it('takes a webhook that cannot be used for a card that is not delivered', async () => {
    const rows: readonly (readonly [webhookUrl: string, problem: RegExp])[] = [
      ['$(TEAMS_WEBHOOK_URI)', /"webhookUrl" holds \$\(TEAMS_WEBHOOK_URI\), a variable that does not exist/],
      ['', /"webhookUrl" is empty, or the variable that fills it is; and there is no "connection"/],
      ['http://hooks.example/x', /"webhookUrl" starts with http:\/\//],
      ['https://hooks.example/x\ny', /"webhookUrl" has a line break/],
    ]

    for (const [webhookUrl, problem] of rows) {
      const [warned, failed] = await Promise.all([
        notify({ webhookUrl }),
        notify({ webhookUrl, whenDeliveryFails: 'fail' }),
      ])

      assert.deepEqual([warned.result, failed.result], ['SucceededWithIssues', 'Failed'])
      for (const { message } of [warned, failed]) {
        assert.match(message ?? '', /^The card "A new version" was not delivered: The input /)
        assert.match(message ?? '', problem)
      }
    }
  })

  const settings: readonly (readonly [setting: TaskSetting, problem: RegExp])[] = [
    [
      { variables: { 'Agent.CAInfo': '/missing.pem' } },
      /Cannot read the certificate authorities in \/missing\.pem: the file cannot be read\. .* \[authorities-unreadable\]$/,
    ],
    [
      { variables: { 'Agent.ProxyUrl': 'proxy.example:3128' } },
      /Cannot use the proxy of .* http:\/\/host:port\. \[proxy-setting-invalid\]$/,
    ],
    [
      { variables: { 'Agent.ProxyUrl': 'http://proxy.example', 'Agent.ProxyBypassList': 'all' } },
      /Cannot use Agent\.ProxyBypassList: it is not a JSON list\. .*\.proxybypass\. \[proxy-setting-invalid\]$/,
    ],
    [
      { environment: { HTTPS_PROXY: 'http://a b' } },
      /Cannot use the proxy of HTTPS_PROXY: .* http:\/\/host:port\. \[proxy-setting-invalid\]$/,
    ],
  ]
  it('takes a network that cannot be used for a card that is not delivered', async () => {
    const webhookUrl = 'https://hooks.example/x'

    for (const [setting, problem] of settings) {
      const [warned, failed] = await Promise.all([
        notify({ webhookUrl }, setting),
        notify({ webhookUrl, whenDeliveryFails: 'fail' }, setting),
      ])

      assert.deepEqual([warned.result, failed.result], ['SucceededWithIssues', 'Failed'])
      for (const { message } of [warned, failed]) {
        assert.match(message ?? '', /^The card "A new version" was not delivered: /)
        assert.match(message ?? '', problem)
      }
    }
  }).timeout(10_000)

  it('tells of a title that is none as far as it shows it', async () => {
    const run = await notify({ title: 'x'.repeat(10_000) })

    assert.match(run.message ?? '', /^The card "x{250}…" is queued\. Whether it is posted, only/)
  })

  describe('through a proxy', () => {
    let host: ProxiedHost

    before(async () => {
      host = await startProxiedHost({ name: 'shop.webhook.office.com', react: () => ({ status: 404 }) })
    })
    after(() => host.stop())

    const webhookUrl = 'https://shop.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4'

    it('warns of a retired connector before it sends, and explains it when it fails', async () => {
      const run = await notify(
        { webhookUrl },
        { environment: { HTTPS_PROXY: host.proxyUrl, NODE_EXTRA_CA_CERTS: await host.authorityFile() } },
      )

      assert.equal(host.server.requests.at(-1)?.method, 'POST')
      assert.equal(run.result, 'SucceededWithIssues')
      assert.match(
        warnings(run)[0] ?? '',
        /^The webhook belongs to an Office 365 connector, which Microsoft has retired\./,
      )
      assert.match(run.message ?? '', /was not delivered: 404\. .* Create a workflow in the channel/)
    })

    it("takes proxy and authorities of the agent's own configuration", async () => {
      const before = host.tunnels.length

      const run = await notify(
        { webhookUrl },
        {
          variables: { 'Agent.ProxyUrl': host.proxyUrl, 'Agent.CAInfo': await host.authorityFile() },
          environment: { HTTPS_PROXY: 'http://127.0.0.1:1' },
        },
      )

      assert.match(run.message ?? '', /was not delivered: 404\./)
      assert.equal(host.tunnels.length, before + 1)
    })

    it('does not send to a host whose certificate nobody vouches for', async () => {
      const before = host.server.requests.length

      const run = await notify({ webhookUrl }, { environment: { HTTPS_PROXY: host.proxyUrl } })

      assert.match(
        run.message ?? '',
        /was not delivered: shop\.webhook\.office\.com shows no trusted certificate .* NODE_EXTRA_CA_CERTS/,
      )
      assert.equal(host.server.requests.length, before)
    })

    it('says of an address that may be retired only what it is worth where the card is lost', async () => {
      let status = 202
      const logic = await startProxiedHost({ name: 'prod-01.west.logic.azure.com', react: () => ({ status }) })
      const setting = { environment: { HTTPS_PROXY: logic.proxyUrl, NODE_EXTRA_CA_CERTS: await logic.authorityFile() } }
      const send = () => notify({ webhookUrl: `${logic.url}/workflows/1` }, setting)

      const taken = await send()
      status = 404
      const lost = await send()

      await logic.stop()
      assert.deepEqual([taken.result, warnings(taken)], ['Succeeded', []])
      assert.match(lost.message ?? '', /was not delivered: 404\. .* no address at logic\.azure\.com since/)
    })

    it('ends at once when it is cancelled while the proxy is silent', async () => {
      let cancel = () => undefined as unknown
      const silent = await startProxiedHost({
        proxySays() {
          cancel()
          return 'silence'
        },
      })

      const run = await notify(
        { webhookUrl },
        {
          environment: { HTTPS_PROXY: silent.proxyUrl },
          onOutput(_output, kill) {
            cancel = () => {
              kill('SIGTERM')
            }
          },
        },
      )

      await silent.stop()
      assert.deepEqual(
        [run.result, run.message, run.exitCode],
        ['Failed', 'The job was cancelled, or the step reached its time limit. [job-cancelled]', 1],
      )
      assert.equal(silent.tunnels.length, 1)
    })
  })

  const refused: readonly (readonly [inputs: Record<string, string>, message: RegExp])[] = [
    [{ title: '' }, /^The input "title" is required/],
    [{ title: 'Version $(publish.versionTag)' }, /^The input "title" holds \$\(publish\.versionTag\)/],
    [{ title: '\u0001\u0002' }, /^The input "title" holds nothing that can be shown/],
    [{ status: 'great' }, /^The input "status" is "great"\. Give one of success,/],
    [{ facts: 'no name\nA: 1' }, /^Line 1 of the input "facts" has no ":": "no name"/],
    [
      { buttons: 'A | javascript:alert(1)' },
      /^Line 1 of the input "buttons" has an address that is javascript, not https/,
    ],
    [{ mentions: 'Adele' }, /^Line 1 of the input "mentions" has no "\|"/],
    [{ payloadShape: 'both' }, /^The input "payloadShape" is "both"/],
    [{ action: '$(publish.action)' }, /^The input "action" holds \$\(publish\.action\).* step named "publish"/],
  ]
  it('fails before it touches anything where an input is wrong', async () => {
    const before = endpoint.server.requests.length

    for (const [inputs, message] of refused) {
      const run = await notify(inputs)

      assert.equal(run.result, 'Failed', JSON.stringify(inputs))
      assert.match(run.message ?? '', message)
    }
    assert.equal(endpoint.server.requests.length, before)
  })
})
