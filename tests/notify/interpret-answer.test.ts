import assert from 'node:assert/strict'
import {
  type Delivery,
  type DeliveryFault,
  interpretAnswer,
  interpretFailure,
  summarizeAttempts,
} from '../../src/notify/interpret-answer.ts'

describe('interpretAnswer', () => {
  const queued = { kind: 'queued' } as const
  const delivered = { kind: 'delivered' } as const
  const refused = (fault: DeliveryFault) => ({ kind: 'refused', fault }) as const
  const unconfirmed = (fault: DeliveryFault) => ({ kind: 'unconfirmed', fault }) as const
  const rejected = (status: number) => refused({ what: 'rejected', status })
  const gateway = (status: number) => unconfirmed({ what: 'gateway', status })
  const unsure = (status: number, text: 'web page' | 'empty' | 'unknown') =>
    unconfirmed({ what: 'no-confirmation', status, text })

  const rows: readonly (readonly [what: string, status: number, body: string, delivery: Delivery])[] = [
    ['a workflow that queues', 202, '', queued],
    ['a workflow that queues and says more', 202, '{"id":1}', queued],
    ['a connector that posts', 200, '1', delivered],
    ['a connector that posts, with a line break', 200, '1\n', delivered],
    [
      'a connector that cannot post',
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId a=b.',
      refused({ what: 'not-posted', status: 413 }),
    ],
    [
      'a connector that cannot post and does not say why',
      200,
      'Webhook message delivery failed',
      refused({ what: 'not-posted', status: undefined }),
    ],
    ['a sign-in page', 200, '\n<!doctype html><p>hunter2', unsure(200, 'web page')],
    ['a yes of something else', 200, 'ok hunter2', unsure(200, 'unknown')],
    ['nothing', 200, '', unsure(200, 'empty')],
    ['no content', 204, '', unsure(204, 'empty')],
    [
      'a workflow that is off',
      400,
      '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}',
      refused({ what: 'rejected', status: 400, code: 'WorkflowTriggerIsNotEnabled' }),
    ],
    ['a bad request', 400, 'hunter2', rejected(400)],
    ['no signature', 401, '', rejected(401)],
    ['a forbidden one', 403, '', rejected(403)],
    ['a workflow that is gone', 404, '', rejected(404)],
    ['a connector that is gone', 410, '', rejected(410)],
    ['too many', 429, '', rejected(429)],
    ['an outage', 503, '<h1>hunter2</h1>', gateway(503)],
    ['a gateway that waited in vain', 504, '', gateway(504)],
    ['a request that took too long', 408, '', gateway(408)],
    ['what will never be answered', 501, '', rejected(501)],
    ['a code that is none', 500, '{"code":"a hunter2"}', gateway(500)],
    ['a code with a secret', 400, '{"code":"hunter2"}', rejected(400)],
    ...[402, 406, 413, 415, 422, 451].map(
      (status) => [`${String(status)}, what no workflow answers`, status, '', rejected(status)] as const,
    ),
    ...[301, 302, 303, 304, 307, 308].map(
      (status) => [`${String(status)}, a redirect`, status, '', refused({ what: 'redirected', status })] as const,
    ),
  ]
  for (const [what, status, body, delivery] of rows) {
    it(`takes ${what} for ${delivery.kind}, and keeps nothing else of it`, () => {
      assert.deepEqual(interpretAnswer(status, body), delivery)
    })
  }

  it('takes the beginning of an answer for no more than that', () => {
    assert.equal(interpretAnswer(200, '1', true).kind, 'unconfirmed')
    assert.equal(interpretAnswer(202, '{"id":', true).kind, 'queued')
    assert.equal(interpretAnswer(404, '<h1>Not', true).kind, 'refused')
  })
})

describe('interpretFailure', () => {
  const rows: readonly (readonly [what: string, error: unknown, kind: 'refused' | 'unconfirmed'])[] = [
    ['what was never sent', Object.assign(new Error('ENOTFOUND'), { isUnsent: true }), 'refused'],
    ['what was sent', Object.assign(new Error('ETIMEDOUT'), { isUnsent: false }), 'unconfirmed'],
    ['what does not tell', new Error('a mistake'), 'unconfirmed'],
    ['what is no error', 'odd', 'unconfirmed'],
  ]
  for (const [what, error, kind] of rows) {
    it(`takes ${what} for ${kind}, and keeps the error`, () => {
      assert.deepEqual(interpretFailure(error), { kind, fault: { what: 'no-answer', error } })
    })
  }
})

describe('summarizeAttempts', () => {
  const queued = { kind: 'queued' } as const
  const refused = { kind: 'refused', fault: { what: 'rejected', status: 404 } } as const
  const lost = { kind: 'unconfirmed', fault: { what: 'gateway', status: 504 } } as const
  const rows: readonly (readonly [what: string, attempts: readonly Delivery[], summary: Delivery])[] = [
    ['one refusal', [refused], refused],
    ['a yes after trouble', [lost, refused, queued], queued],
    ['trouble after a refusal', [refused, lost], lost],
    ['a refusal after trouble', [lost, refused], { kind: 'unconfirmed', fault: refused.fault, isRepeated: true }],
  ]
  for (const [what, attempts, summary] of rows) {
    it(`says what is known after ${what}`, () => {
      assert.deepEqual(summarizeAttempts(attempts), summary)
    })
  }
})
