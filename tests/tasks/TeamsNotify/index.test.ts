import assert from 'node:assert/strict'
import { type LoopbackServer, type Reaction, startServer } from '../../support/loopback-server.ts'
import { ensureBundles, runTaskBundle } from '../../support/task-process.ts'

describe('TeamsNotify', () => {
  let server: LoopbackServer
  let reaction: Reaction = { status: 202 }

  before(async function () {
    this.timeout(30_000)
    ensureBundles()
    server = await startServer(() => reaction)
  })
  after(() => server.stop())
  beforeEach(() => {
    reaction = { status: 202 }
  })

  const notify = (inputs: Record<string, string> = {}) =>
    runTaskBundle('TeamsNotify', {
      inputs: {
        webhookUrl: `${server.url}/hook?sig=a%2Fsecret`,
        status: 'success',
        title: 'A new version',
        whenDeliveryFails: 'warn',
        ...inputs,
      },
    })

  it('says that a workflow queued the card, and not that it is delivered', async () => {
    const run = await notify()

    assert.equal(run.result, 'Succeeded')
    assert.match(run.message ?? '', /^Teams queued the card "A new version"; whether it is posted, only/)
  })

  it('says that a connector posted the card', async () => {
    reaction = { status: 200, body: '1' }

    assert.equal((await notify()).message, 'Teams posted the card "A new version".')
  })

  it('shows the webhook nowhere but in the commands that hide it', async () => {
    reaction = { status: 500 }

    const run = await notify()

    const hidden = run.commands.filter(({ name }) => name === 'task.setsecret').map(({ data }) => data)
    assert.deepEqual(hidden, [`${server.url}/hook?sig=a%2Fsecret`, 'a%2Fsecret', 'a/secret'])
    const shown = run.stdout.split('\n').filter((line) => !line.startsWith('##vso[task.setsecret]'))
    assert.ok(!shown.join('\n').includes('secret'))
  })

  it('sends facts, and leaves out one with a variable that does not exist', async () => {
    const run = await notify({ facts: 'Version: 1.1.0\nDigest: $(publish.imageDigest)\nTime: 12:30' })

    const facts = '"facts":[{"title":"Version","value":"1.1.0"},{"title":"Time","value":"12:30"}]'
    assert.ok(server.requests.at(-1)?.body.includes(facts))
    assert.match(run.stdout, /The fact "Digest: \$\(publish\.imageDigest\)" holds a variable that does not exist/)
  })

  it('sends nothing where nothing was published', async () => {
    const before = server.requests.length

    const run = await runTaskBundle('TeamsNotify', { inputs: { action: 'None', webhookUrl: '$(TEAMS_WEBHOOK_URI)' } })

    assert.equal(run.result, 'Succeeded')
    assert.equal(server.requests.length, before)
  })

  it('ends with issues where a card is not delivered, and fails where that is wanted', async () => {
    reaction = { status: 404 }

    const [warned, failed] = await Promise.all([notify(), notify({ whenDeliveryFails: 'fail' })])

    const message = /^The card "A new version" was not delivered: 404: there is no such workflow/
    assert.equal(warned.result, 'SucceededWithIssues')
    assert.match(warned.message ?? '', message)
    assert.equal(failed.result, 'Failed')
    assert.match(failed.message ?? '', message)
  })

  it('takes a webhook that cannot be used for a card that is not delivered', async () => {
    const webhooks = ['$(TEAMS_WEBHOOK_URI)', 'http://hooks.example/x']

    for (const run of await Promise.all(webhooks.map((webhookUrl) => notify({ webhookUrl })))) {
      assert.equal(run.result, 'SucceededWithIssues')
      assert.match(run.message ?? '', /was not delivered: The input "webhookUrl" /)
    }
  })

  const refused: readonly (readonly [inputs: Record<string, string>, message: RegExp])[] = [
    [{ title: '' }, /^The input "title" is required/],
    [{ status: 'great' }, /^The input "status" is "great"\. Give one of success,/],
    [{ facts: 'A: 1\nno name' }, /^The input "facts" has a line 2 without a name: "no name"/],
  ]
  it('fails before it touches anything where an input is wrong', async () => {
    const runs = await Promise.all(refused.map(([inputs]) => notify(inputs)))

    for (const [row, [inputs, message]] of refused.entries()) {
      assert.equal(runs[row]?.result, 'Failed', JSON.stringify(inputs))
      assert.match(runs[row].message ?? '', message)
    }
  })
})
