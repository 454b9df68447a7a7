import assert from 'node:assert/strict'
import { httpClient } from '../../src/http/http-client.ts'
import { deliverCard, type Post } from '../../src/notify/deliver-card.ts'
import { parseWebhook } from '../../src/notify/parse-webhook.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { aMessage } from '../support/cards.ts'
import { type ScriptedWebhook, startScriptedWebhook } from '../support/scripted-webhook.ts'
import { itAnswersAsTeamsDoes } from '../support/webhook-contract.ts'

describe('deliverCard', () => {
  const card = renderCard(aMessage())

  describe('to a webhook whose answers are written down', () => {
    itAnswersAsTeamsDoes(startScriptedWebhook)
  })

  describe('over a real connection', () => {
    let endpoint: ScriptedWebhook

    beforeEach(async () => {
      endpoint = await startScriptedWebhook()
    })
    afterEach(() => endpoint.stop())

    const deliver = (shape: 'message' | 'card' = 'message', post: Post = httpClient()) =>
      deliverCard(card, { webhook: parseWebhook('webhookUrl', endpoint.url), shape, post })

    it('posts the card in a message, as the template of Workflows takes it', async () => {
      await deliver()

      const [seen] = endpoint.server.requests
      assert.equal(seen?.method, 'POST')
      assert.ok(endpoint.url.endsWith(seen.path))
      assert.equal(seen.headers['content-type'], 'application/json')
      assert.deepEqual(JSON.parse(seen.body), {
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
      })
    })

    it('posts the bare card to a flow that is made for that', async () => {
      await deliver('card')

      assert.deepEqual(JSON.parse(endpoint.server.requests[0]?.body ?? ''), card)
    })

    const silences = [
      ['never comes', 'silence', /does not answer \(ETIMEDOUT\)/],
      ['never ends', { status: 200, headers: { 'content-length': '9' }, body: '1', isEndless: true }, /\(ETIMEDOUT\)/],
      ['is cut', { status: 202, headers: { 'content-length': '9' }, body: 'x', isCut: true }, /breaks off its answer/],
      ['is endless', { body: 'x'.repeat(70_000) }, /sends more than 65536 bytes/],
      [
        'leads to plain http elsewhere',
        { status: 307, headers: { location: 'http://evil.example/' } },
        /sends to an address that is not https \(ERR_FR_REDIRECTION_FAILURE\)/,
      ],
    ] as const
    for (const [what, reaction, because] of silences) {
      it(`does not know what came of it where the answer ${what}`, async () => {
        endpoint.answer(reaction)

        const delivery = await deliver('message', (request) => httpClient()({ ...request, timeout: 200 }))

        assert.ok(delivery.kind === 'unconfirmed')
        assert.match(delivery.because, because)
        assert.match(delivery.because, /Check the agent's network/)
        assert.ok(!delivery.because.includes('hunter'), delivery.because)
      })
    }
  })

  it('may send it again, and waits 15 s for an answer', async () => {
    const requests: Parameters<Post>[0][] = []
    const post: Post = (request) => {
      requests.push(request)
      return Promise.resolve({ status: 202, body: Buffer.from('') })
    }

    await deliverCard(card, { webhook: { url: 'https://a.example/', secrets: [] }, shape: 'message', post })

    assert.equal(requests[0]?.isRepeatable, true)
    assert.equal(requests[0].timeout, 15_000)
  })

  const retired = { url: 'https://shop.webhook.office.com/x', secrets: [], retired: 'Connectors are retired.' }
  for (const [status, because] of [
    [404, /any more\..* Connectors are retired\.$/],
    [204, /no confirmation\..* Connectors are retired\.$/],
    [202, undefined],
  ] as const) {
    it(`explains ${String(status)} of an address that is retired ${because === undefined ? 'not at all' : ''}`, async () => {
      const post: Post = () => Promise.resolve({ status, body: Buffer.from('') })

      const delivery = await deliverCard(card, { webhook: retired, shape: 'message', post })

      if (because === undefined) assert.deepEqual(delivery, { kind: 'queued' })
      else assert.match('because' in delivery ? delivery.because : '', because)
    })
  }
})
