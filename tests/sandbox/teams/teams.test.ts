import assert from 'node:assert/strict'
import { otherAnswers } from '../../../sandbox/teams/other-answers.ts'
import { startTeams } from '../../../sandbox/teams/teams.ts'
import type { Teams } from '../../../sandbox/teams/teams.ts'
import { itAnswersAsTeamsDoes, type Situation, type WebhookUnderTest } from '../../support/webhook-contract.ts'

const card = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'aspnet:10.0-noble-1.1.0' }] }
const message = aMessage(card)

describe('startTeams', () => {
  describe('as an endpoint of cards', () => {
    itAnswersAsTeamsDoes(startTeamsUnderTest)
  })

  const at = new Date('2026-11-23T12:00:00Z')
  let teams: Teams

  beforeEach(async () => {
    teams = await startTeams({ clock: () => at })
  })
  afterEach(() => teams.stop())

  describe('a workflow', () => {
    it('has the address that Power Automate gives', () => {
      assert.match(
        teams.webhookUrl,
        /^http:\/\/localhost:\d+\/powerautomate\/automations\/direct\/workflows\/[0-9a-f]{32}\/triggers\/manual\/paths\/invoke\?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1\.0&sig=[\w-]{43}$/,
      )
    })

    it('answers 202 with an empty body and posts the card', async () => {
      const response = await post(teams.webhookUrl, message)

      assert.equal(response.status, 202)
      assert.equal(await response.text(), '')
      assert.deepEqual(teams.cards, [{ at, card, raw: JSON.stringify(message) }])
    })

    it('posts every attached card', async () => {
      const other = { ...card, version: '1.5' }

      await post(teams.webhookUrl, { attachments: [...message.attachments, ...aMessage(other).attachments] })

      assert.deepEqual(
        teams.cards.map((received) => received.card),
        [card, other],
      )
    })

    const failing: [string, unknown, RegExp][] = [
      ['a bare card', card, /attachments.*is of type 'Null'/],
      ['a MessageCard', { '@type': 'MessageCard', text: 'aspnet' }, /attachments/],
      ['an attachment of another type', { attachments: [{ contentType: 'image/png', content: card }] }, /contentType/],
      ['a card of another type', aMessage({ ...card, type: 'Card' }), /'type' must be 'AdaptiveCard'/],
      ['a card that is too new', aMessage({ ...card, version: '1.6' }), /'version'/],
      ['a card without a body', aMessage({ type: 'AdaptiveCard', version: '1.4' }), /./],
      ['a message that is too large', { ...message, filler: 'x'.repeat(28 * 1024) }, /RequestEntityTooLarge/],
      ['no object', 'aspnet', /attachments/],
    ]
    for (const [what, payload, because] of failing) {
      it(`answers 202 and fails later with ${what}`, async () => {
        const response = await post(teams.webhookUrl, payload)

        assert.equal(response.status, 202)
        assert.equal(teams.cards.length, 0)
        assert.equal(teams.failures.length, 1)
        assert.match(String(teams.failures[0]?.because), because)
      })
    }

    it('answers 202 and fails later with what is not JSON', async () => {
      const response = await fetch(teams.webhookUrl, { method: 'POST', body: '<card/>' })

      assert.equal(response.status, 202)
      assert.equal(teams.failures[0]?.raw, '<card/>')
    })

    const refused: [string, (url: string) => string, number][] = [
      ['a missing signature', (url) => url.replace(/&sig=.*/, ''), 401],
      ['a wrong signature', (url) => url.replace(/sig=.*/, 'sig=guess'), 401],
      ['another workflow', (url) => url.replace(/workflows\/\w+/, `workflows/${'0'.repeat(32)}`), 404],
    ]
    for (const [what, change, status] of refused) {
      it(`answers ${String(status)} to ${what}`, async () => {
        const response = await post(change(teams.webhookUrl), message)

        assert.equal(response.status, status)
        assert.equal(teams.cards.length + teams.failures.length, 0)
      })
    }

    it('answers 405 to anything but POST', async () => {
      assert.equal((await fetch(teams.webhookUrl)).status, 405)
    })
  })

  describe('a workflow that expects a bare card', () => {
    it('posts the card, and fails later with a message', async () => {
      const bare = await startTeams({ expects: 'card' })
      try {
        await post(bare.webhookUrl, card)
        await post(bare.webhookUrl, message)

        assert.deepEqual(
          bare.cards.map((received) => received.card),
          [card],
        )
        assert.deepEqual(
          bare.failures.map(({ because }) => because),
          ["Property 'type' must be 'AdaptiveCard'."],
        )
      } finally {
        await bare.stop()
      }
    })
  })

  describe('a connector', () => {
    it('answers 200 with 1 and posts the card', async () => {
      const response = await post(teams.connectorUrl, message)

      assert.equal(response.status, 200)
      assert.equal(await response.text(), '1')
      assert.deepEqual(teams.cards[0]?.card, card)
    })

    it('answers 200 with an error text to what it cannot post', async () => {
      const response = await post(teams.connectorUrl, card)

      assert.equal(response.status, 200)
      assert.match(await response.text(), /^Webhook message delivery failed with error: /)
      assert.equal(teams.failures.length, 1)
    })
  })

  describe('answerNext', () => {
    it('gives the answers once each, in order, and posts nothing meanwhile', async () => {
      teams.answerNext({ status: 429, headers: { 'retry-after': '1' }, body: 'slow down' }, { status: 503 })

      const [first, second, third] = [
        await post(teams.webhookUrl, message),
        await post(teams.webhookUrl, message),
        await post(teams.webhookUrl, message),
      ]

      assert.deepEqual([first.status, second.status, third.status], [429, 503, 202])
      assert.equal(first.headers.get('retry-after'), '1')
      assert.equal(await first.text(), 'slow down')
      assert.equal(teams.cards.length, 1)
      assert.deepEqual(
        teams.requests.map(({ status }) => status),
        [429, 503, 202],
      )
    })

    it('can let the flow fail after it was queued', async () => {
      teams.answerNext('flow-failure')

      const response = await post(teams.webhookUrl, message)

      assert.deepEqual([response.status, await response.text()], [202, ''])
      assert.deepEqual([teams.cards.length, teams.failures.length], [0, 1])
    })

    it('can give no answer', async () => {
      teams.answerNext('silence')

      await assert.rejects(fetch(teams.webhookUrl, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) }), {
        name: 'TimeoutError',
      })
    })

    it('can cut the connection', async () => {
      teams.answerNext('connection-reset')

      await assert.rejects(post(teams.webhookUrl, message), { name: 'TypeError' })

      assert.deepEqual(teams.requests, [{ at, status: 0 }])
      assert.equal(teams.cards.length, 0)
    })
  })

  describe('the page', () => {
    const pageTypes: readonly (readonly [path: string, type: string])[] = [
      ['', 'text/html; charset=utf-8'],
      ['?theme=dark', 'text/html; charset=utf-8'],
      ['page.css', 'text/css; charset=utf-8'],
      ['page.js', 'text/javascript; charset=utf-8'],
      ['host-config.js', 'text/javascript; charset=utf-8'],
      ['adaptivecards.js', 'text/javascript; charset=utf-8'],
      ['markdown-it.js', 'text/javascript; charset=utf-8'],
    ]
    for (const [path, type] of pageTypes) {
      it(`has /${path}, and may load nothing from elsewhere`, async () => {
        const response = await fetch(teams.pageUrl + path)

        assert.equal(response.status, 200)
        assert.equal(response.headers.get('content-type'), type)
        assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self';/)
        assert.ok((await response.text()).length > 0)
      })
    }

    it('has no other files', async () => {
      assert.equal((await fetch(`${teams.pageUrl}teams.ts`)).status, 404)
    })

    it('gets cards and failed runs of the flow', async () => {
      teams.answerNext('flow-failure')
      await post(teams.webhookUrl, message)
      await post(teams.webhookUrl, message)

      const because = "Unauthorized: the connection of the flow's owner has expired."
      assert.deepEqual(await (await fetch(`${teams.pageUrl}channel`)).json(), {
        cards: [{ at: at.toISOString(), card }],
        failures: [{ at: at.toISOString(), because }],
      })
    })

    it('offers every other answer, and takes the choice back', async () => {
      const choose = (name: string) => fetch(`${teams.pageUrl}next-answer`, { method: 'POST', body: name })
      const offered = (await (await fetch(`${teams.pageUrl}answers`)).json()) as { name: string }[]

      assert.deepEqual(
        offered.map(({ name }) => name),
        Object.keys(otherAnswers),
      )
      for (const name of ['gone', 'switched-off']) assert.equal((await choose(name)).status, 204)
      assert.equal((await post(teams.webhookUrl, message)).status, 400)
      await choose('gone')
      await choose('')
      assert.equal((await post(teams.webhookUrl, message)).status, 202)
      assert.equal((await choose('constructor')).status, 400)
    })
  })

  it('shows the cards as JSON', async () => {
    await post(teams.webhookUrl, message)

    const response = await fetch(teams.cardsUrl)

    assert.deepEqual(await response.json(), [{ at: at.toISOString(), card }])
  })
})

function aMessage(content: unknown) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return { type: 'message', attachments: [attachment] }
}

function post(url: string, payload: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) })
}

/** The stand-in, brought into a situation as a person would: by an address that is wrong, or by its switches. */
async function startTeamsUnderTest(): Promise<WebhookUnderTest> {
  const teams = await startTeams()
  const { webhookUrl, connectorUrl } = teams
  const after = (name: keyof typeof otherAnswers) => {
    teams.answerNext(otherAnswers[name].answer)
    return webhookUrl
  }
  const arrangements: Readonly<Record<Situation, () => string>> = {
    'a workflow takes it': () => webhookUrl,
    'a connector posts it': () => connectorUrl,
    'a connector cannot post it': () => connectorUrl,
    'the signature is missing': () => webhookUrl.replace(/&sig=.*/, ''),
    'the signature is wrong': () => webhookUrl.replace(/sig=.*/, 'sig=guess'),
    'the workflow is gone': () => webhookUrl.replace(/workflows\/\w+/, `workflows/${'0'.repeat(32)}`),
    'the workflow is switched off': () => after('switched-off'),
    'there were too many': () => after('busy'),
    'Power Automate has an outage': () => after('outage'),
    'a proxy answers with its page': () => after('proxy-page'),
    'the connection is cut': () => after('cut'),
  }
  return { arrange: (situation) => arrangements[situation](), stop: () => teams.stop() }
}
