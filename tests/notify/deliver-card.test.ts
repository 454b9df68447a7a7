import assert from 'node:assert/strict'
import { httpClient } from '../../src/http/http-client.ts'
import { withRetries } from '../../src/http/retry.ts'
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
      deliverCard(card, { webhook: parseWebhook(endpoint.url), shape, post })

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

    const rows = [
      ['never comes', 'silence', 'unconfirmed', /does not answer \(ETIMEDOUT\)\. Check the agent's network/],
      ['never ends', { headers: { 'content-length': '9' }, body: '1', isEndless: true }, 'unconfirmed', /^200 with an/],
      ['is cut', { status: 202, headers: { 'content-length': '9' }, body: 'x', isCut: true }, 'queued', undefined],
      ['is large', { status: 202, body: 'x'.repeat(70_000) }, 'queued', undefined],
      ['is large and says no', { status: 404, body: 'x'.repeat(70_000) }, 'refused', /^404\. There is no such/],
      ['is a large page', { body: `<p>${'x'.repeat(70_000)}` }, 'unconfirmed', /^200 with a web page/],
    ] as const
    for (const [what, reaction, kind, because] of rows) {
      it(`tells what is known where the answer ${what}`, async () => {
        endpoint.answer(reaction)

        const delivery = await deliver('message', (request) => httpClient()({ ...request, timeout: 200 }))

        assert.equal(delivery.kind, kind)
        const told = 'because' in delivery ? delivery.because : undefined
        if (because === undefined) assert.equal(told, undefined)
        else assert.match(told ?? '', because)
        assert.ok(!told?.includes('hunter'), told)
      })
    }

    for (const status of [301, 302, 303, 307, 308]) {
      it(`takes the card nowhere else where the answer is ${String(status)}`, async () => {
        const elsewhere = await startScriptedWebhook()
        endpoint.answer({ status, headers: { location: elsewhere.url } })

        const delivery = await deliver()

        await elsewhere.stop()
        assert.equal(delivery.kind, 'refused')
        assert.deepEqual(elsewhere.server.requests, [])
      })
    }

    it('does not send a card again that was taken by an answer that breaks off', async () => {
      endpoint.answer({ status: 202, headers: { 'content-length': '9' }, body: 'x', isCut: true })
      const repeat = (post: Post) => withRetries(post, { sleep: () => Promise.resolve() })
      const webhook = parseWebhook(endpoint.url)

      const delivery = await deliverCard(card, { webhook, shape: 'message', post: httpClient(), repeat })

      assert.equal(delivery.kind, 'queued')
      assert.equal(endpoint.server.requests.length, 1)
    })

    for (const first of ['reset', { status: 504 }] as const) {
      it(`does not take the second answer for all after ${first === 'reset' ? 'none' : 'that of a gateway'}`, async () => {
        endpoint.answer(first, { status: 404 })
        const repeat = (post: Post) => withRetries(post, { sleep: () => Promise.resolve() })
        const webhook = parseWebhook(endpoint.url)

        const delivery = await deliverCard(card, { webhook, shape: 'message', post: httpClient(), repeat })

        assert.ok(delivery.kind === 'unconfirmed')
        assert.match(delivery.because, /^An earlier attempt may have brought it\. The last: 404\./)
      })
    }

    it('knows that nothing came of a host that is not there', async () => {
      await endpoint.stop()

      const delivery = await deliver()

      assert.ok(delivery.kind === 'refused')
      assert.match(delivery.because, /does not answer \(ECONNREFUSED\)/)
      endpoint = await startScriptedWebhook()
    })
  })

  it('may send it again, and waits 15 s for an answer', async () => {
    const requests: Parameters<Post>[0][] = []
    const post: Post = (request) => {
      requests.push(request)
      return Promise.resolve({ status: 202, headers: {}, body: Buffer.from('') })
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
      const post: Post = () => Promise.resolve({ status, headers: {}, body: Buffer.from('') })

      const delivery = await deliverCard(card, { webhook: retired, shape: 'message', post })

      if (because === undefined) assert.deepEqual(delivery, { kind: 'queued' })
      else assert.match('because' in delivery ? delivery.because : '', because)
    })
  }
})
