import assert from 'node:assert/strict'
import { ConnectionError, type HttpClient, httpClient, type HttpRequest } from '../../src/http/http-client.ts'
import { postWebhook } from '../../src/http/post-webhook.ts'
import type { RetryOptions } from '../../src/http/retry.ts'
import { deliverCard, type PostAnswer } from '../../src/notify/deliver-card.ts'
import { DeliveryError } from '../../src/notify/delivery-error.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { aMessage } from '../support/cards.ts'
import { told } from '../support/problems.ts'
import { type ScriptedWebhook, startScriptedWebhook } from '../support/scripted-webhook.ts'

const once: RetryOptions = { longestTotal: 0 }
const again: RetryOptions = { sleep: () => Promise.resolve() }

/** Posts a text, and gives the outcome of each attempt. */
async function post(url: string, connect: () => HttpClient, retries: RetryOptions) {
  const outcomes: (PostAnswer | Error)[] = []
  await postWebhook(url, connect, retries)('{"a":1}', (outcome) => outcomes.push(outcome))
  return outcomes
}

describe('postWebhook', () => {
  describe('over a real connection', () => {
    let endpoint: ScriptedWebhook

    beforeEach(async () => {
      endpoint = await startScriptedWebhook()
    })
    afterEach(() => endpoint.stop())

    it('posts JSON to the whole address', async () => {
      const outcomes = await post(endpoint.url, () => httpClient(), once)

      const [seen, ...more] = endpoint.server.requests
      assert.deepEqual(more, [])
      assert.equal(seen?.method, 'POST')
      assert.ok(endpoint.url.endsWith(seen.path))
      assert.equal(seen.headers['content-type'], 'application/json')
      assert.equal(seen.body, '{"a":1}')
      assert.deepEqual(
        outcomes.map((outcome) => ('status' in outcome ? outcome.status : outcome)),
        [202],
      )
    })

    const rows = [
      ['never comes', 'silence', 'unconfirmed', /: \S+ does not answer \(ETIMEDOUT\)\. Check the agent's network/],
      [
        'never ends',
        { headers: { 'content-length': '9' }, body: '1', isEndless: true },
        'unconfirmed',
        /: 200 with an/,
      ],
      ['is cut', { status: 202, headers: { 'content-length': '9' }, body: 'x', isCut: true }, 'queued', undefined],
      ['is large', { status: 202, body: 'x'.repeat(70_000) }, 'queued', undefined],
      ['is large and says no', { status: 404, body: 'x'.repeat(70_000) }, 'refused', /: 404\. There is no such/],
      ['is a large page', { body: `<p>${'x'.repeat(70_000)}` }, 'unconfirmed', /: 200 with a web page/],
    ] as const
    for (const [what, reaction, kind, says] of rows) {
      it(`tells what is known where the answer ${what}`, async () => {
        endpoint.answer(reaction)
        const impatient: HttpClient = (request) => httpClient()({ ...request, timeout: 200 })

        const delivery = await deliverCard(
          renderCard(aMessage()),
          'message',
          postWebhook(endpoint.url, () => impatient, once),
        )

        assert.equal(delivery.kind, kind)
        const said = 'fault' in delivery ? told(new DeliveryError('Title', delivery)) : undefined
        if (says === undefined) assert.equal(said, undefined)
        else assert.match(said ?? '', says)
        assert.ok(!said?.includes('hunter'), said)
      })
    }

    for (const status of [301, 302, 303, 307, 308]) {
      it(`takes the card nowhere else where the answer is ${String(status)}`, async () => {
        const elsewhere = await startScriptedWebhook()
        endpoint.answer({ status, headers: { location: elsewhere.url } })

        const outcomes = await post(endpoint.url, () => httpClient(), once)

        await elsewhere.stop()
        assert.deepEqual(
          outcomes.map((outcome) => ('status' in outcome ? outcome.status : outcome)),
          [status],
        )
        assert.deepEqual(elsewhere.server.requests, [])
      })
    }

    it('does not send a card again that was taken by an answer that breaks off', async () => {
      endpoint.answer({ status: 202, headers: { 'content-length': '9' }, body: 'x', isCut: true })

      const outcomes = await post(endpoint.url, () => httpClient(), again)

      assert.equal(outcomes.length, 1)
      assert.equal(endpoint.server.requests.length, 1)
    })

    for (const first of ['reset', { status: 504 }] as const) {
      it(`posts again after ${first === 'reset' ? 'no answer' : 'that of a gateway'}, and tells both outcomes`, async () => {
        endpoint.answer(first, { status: 404 })

        const outcomes = await post(endpoint.url, () => httpClient(), again)

        assert.deepEqual(
          outcomes.map((outcome) => ('status' in outcome ? outcome.status : outcome.message.replace(/^\S+ /, ''))),
          [first === 'reset' ? 'does not answer (ECONNRESET)' : 504, 404],
        )
      })
    }

    it('knows that nothing came of a host that is not there', async () => {
      await endpoint.stop()

      const [outcome] = await post(endpoint.url, () => httpClient(), once)

      assert.ok(outcome instanceof ConnectionError)
      assert.deepEqual([outcome.code, outcome.isUnsent], ['ECONNREFUSED', true])
      endpoint = await startScriptedWebhook()
    })
  })

  it('waits 15 s for an answer of at most 64 KiB, and may send it again', async () => {
    const requests: HttpRequest[] = []
    const connect = (): HttpClient => (request) => {
      requests.push(request)
      return Promise.resolve({ status: 202, headers: {}, body: Buffer.from('') })
    }

    await post('https://a.example/', connect, once)

    assert.deepEqual(requests, [
      {
        method: 'POST',
        url: 'https://a.example/',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
        timeout: 15_000,
        maxBytes: 65_536,
        mayBePartial: true,
        followsRedirects: false,
        isRepeatable: true,
      },
    ])
  })

  it('begins no attempt that could end later than a minute after the first', async () => {
    let now = 0
    const started: number[] = []
    const connect = (): HttpClient => () => {
      started.push(now)
      now += 15_000
      return Promise.reject(new ConnectionError('a.example', 'ETIMEDOUT'))
    }
    const sleep = (milliseconds: number) => {
      now += milliseconds
      return Promise.resolve()
    }

    const outcomes = await post('https://a.example/', connect, { now: () => now, random: () => 1, sleep })

    assert.deepEqual(started, [0, 16_000, 33_000])
    assert.ok(now <= 60_000)
    assert.equal(outcomes.length, 3)
  })

  it('tells why it cannot connect, and does not throw', async () => {
    const connect = () => {
      throw new TypeError('no such proxy')
    }

    const outcomes = await post('https://a.example/', connect, once)

    assert.deepEqual(outcomes, [new TypeError('no such proxy')])
  })
})
