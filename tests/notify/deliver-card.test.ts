import assert from 'node:assert/strict'
import { httpClient } from '../../src/http/http-client.ts'
import { deliverCard } from '../../src/notify/deliver-card.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'

describe('deliverCard', () => {
  const card = renderCard({ status: 'success', title: 'A new version', facts: [] })
  let server: LoopbackServer
  let reaction: Reaction

  before(async () => {
    server = await startServer(() => reaction)
  })
  after(() => server.stop())

  const deliver = () => deliverCard(`${server.url}/hook?sig=secret`, card, httpClient())

  it('posts the card as JSON', async () => {
    reaction = { status: 202 }

    await deliver()

    const seen = server.requests.at(-1)
    assert.equal(seen?.method, 'POST')
    assert.equal(seen.path, '/hook?sig=secret')
    assert.equal(seen.headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(seen.body), card)
  })

  const rows: readonly (readonly [what: string, answer: Reaction, kind: string, because?: RegExp])[] = [
    ['202, a workflow\'s "accepted"', { status: 202 }, 'queued'],
    ['202 with a body', { status: 202, body: '{"id":1}' }, 'queued'],
    ["200 with 1, a connector's yes", { status: 200, body: '1' }, 'delivered'],
    ['200 with 1 and a line break', { status: 200, body: '1\n' }, 'delivered'],
    [
      '200 with an error in its text',
      { status: 200, body: 'Webhook message delivery failed' },
      'refused',
      /^200 is no/,
    ],
    ['200 without a body', { status: 200 }, 'refused', /^200 is no/],
    ['204', { status: 204 }, 'refused', /^204 is no/],
    ['400', { status: 400 }, 'refused', /^400: the workflow is switched off/],
    ['401', { status: 401 }, 'refused', /^401: the address lacks its signature/],
    ['403', { status: 403 }, 'refused', /^403: the address lacks its signature/],
    ['404', { status: 404 }, 'refused', /^404: there is no such workflow/],
    ['429', { status: 429 }, 'refused', /^429 is no/],
    ['500', { status: 500, body: 'oops' }, 'refused', /^500 is no/],
    ['no answer', 'reset', 'refused', /does not answer \(ECONNRESET\)/],
    [
      'a redirect to plain http elsewhere',
      { status: 302, headers: { location: 'http://evil.example/' } },
      'refused',
      /does not answer \(ERR_FR_REDIRECTION_FAILURE\)/,
    ],
  ]
  for (const [what, answer, kind, because] of rows) {
    it(`takes ${what} for ${kind}`, async () => {
      reaction = answer

      const delivery = await deliver()

      assert.equal(delivery.kind, kind)
      if (because !== undefined) {
        assert.ok(delivery.kind === 'refused')
        assert.match(delivery.because, because)
        assert.ok(!delivery.because.includes('secret'), delivery.because)
      }
    })
  }
})
