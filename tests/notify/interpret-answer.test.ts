import assert from 'node:assert/strict'
import {
  type Delivery,
  interpretAnswer,
  interpretFailure,
  summarizeAttempts,
} from '../../src/notify/interpret-answer.ts'

describe('interpretAnswer', () => {
  const rows: readonly (readonly [what: string, status: number, body: string, kind: string, because?: RegExp])[] = [
    ['a workflow that queues', 202, '', 'queued'],
    ['a workflow that queues and says more', 202, '{"id":1}', 'queued'],
    ['a connector that posts', 200, '1', 'delivered'],
    ['a connector that posts, with a line break', 200, '1\n', 'delivered'],
    [
      'a connector that cannot post',
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId a=b.',
      'refused',
      /^The connector took it, and got 413 from Teams\.$/,
    ],
    [
      'a connector that cannot post and does not say why',
      200,
      'Webhook message delivery failed',
      'refused',
      /an error from/,
    ],
    ['a sign-in page', 200, '\n<!doctype html><p>hunter2', 'unconfirmed', /^200 with a web page is no confirmation\. /],
    ['a yes of something else', 200, 'ok hunter2', 'unconfirmed', /^200 with an unknown text is no confirmation\. /],
    ['nothing', 200, '', 'unconfirmed', /^200 without a text is no confirmation\. /],
    ['no content', 204, '', 'unconfirmed', /^204 without a text is no confirmation\. /],
    ['a workflow that is off', 400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}', 'refused', /^400 WorkflowTrig/],
    ['a bad request', 400, 'hunter2', 'refused', /^400\. The workflow is switched off, or does not take such a card/],
    ['no signature', 401, '', 'refused', /^401\. The address lacks its signature/],
    ['a forbidden one', 403, '', 'refused', /^403\. The address lacks its signature/],
    ['a workflow that is gone', 404, '', 'refused', /^404\. There is no such workflow any more/],
    ['a connector that is gone', 410, '', 'refused', /^410\. There is no such workflow any more/],
    ['too many', 429, '', 'refused', /^429\. Too many cards/],
    ['an outage', 503, '<h1>hunter2</h1>', 'unconfirmed', /^503\. Try again later\.$/],
    ['a gateway that waited in vain', 504, '', 'unconfirmed', /^504\. Try again later\.$/],
    ['a request that took too long', 408, '', 'unconfirmed', /^408\. Try again later\.$/],
    ['what will never be answered', 501, '', 'refused', /^501\. This does not look like a workflow's answer/],
    ['a code that is none', 500, '{"code":"a hunter2"}', 'unconfirmed', /^500\. Try/],
    ['a code with a secret', 400, '{"code":"hunter2"}', 'refused', /^400\. The workflow/],
    ...[402, 406, 413, 415, 422, 451].map(
      (status) =>
        [
          'what no workflow answers',
          status,
          '',
          'refused',
          /^4\d\d\. This does not look like a .* address\.$/,
        ] as const,
    ),
    ...[301, 302, 303, 304, 307, 308].map(
      (status) =>
        ['a redirect', status, '', 'refused', /^3\d\d\. It leads elsewhere, where no card was sent\./] as const,
    ),
  ]
  for (const [what, status, body, kind, because] of rows) {
    it(`takes ${what} for ${kind}`, () => {
      const delivery = interpretAnswer(status, body)

      assert.equal(delivery.kind, kind)
      assert.equal('because' in delivery, because !== undefined)
      if ('because' in delivery) {
        assert.match(delivery.because, because ?? /^$/)
        assert.ok(!delivery.because.includes('hunter2'), delivery.because)
      }
    })
  }

  it('takes the beginning of an answer for no more than that', () => {
    assert.equal(interpretAnswer(200, '1', true).kind, 'unconfirmed')
    assert.equal(interpretAnswer(202, '{"id":', true).kind, 'queued')
    assert.equal(interpretAnswer(404, '<h1>Not', true).kind, 'refused')
  })
})

describe('interpretFailure', () => {
  const unsent = Object.assign(new Error('hooks.example does not answer (ENOTFOUND)'), { isUnsent: true })

  it('knows that what was never sent did not arrive', () => {
    assert.equal(interpretFailure(unsent).kind, 'refused')
    assert.equal(interpretFailure(new Error('hooks.example does not answer (ETIMEDOUT)')).kind, 'unconfirmed')
  })

  it('advises where the problem does not do so itself', () => {
    const because = (problem: unknown) => {
      const delivery = interpretFailure(problem)
      return 'because' in delivery ? delivery.because : ''
    }

    assert.match(because(unsent), /^hooks\.example does not answer \(ENOTFOUND\)\. Check the agent's network, /)
    assert.equal(because(new Error('Write it as http://host:port.')), 'Write it as http://host:port.')
    assert.match(because('odd'), /^odd\. Check/)
  })
})

describe('summarizeAttempts', () => {
  const queued = { kind: 'queued' } as const
  const refused = { kind: 'refused', because: '404.' } as const
  const lost = { kind: 'unconfirmed', because: '504.' } as const
  const rows: readonly (readonly [what: string, attempts: readonly Delivery[], summary: Delivery])[] = [
    ['one refusal', [refused], refused],
    ['a yes after trouble', [lost, refused, queued], queued],
    ['trouble after a refusal', [refused, lost], lost],
    [
      'a refusal after trouble',
      [lost, refused],
      { kind: 'unconfirmed', because: 'An earlier attempt may have brought it. The last: 404.' },
    ],
  ]
  for (const [what, attempts, summary] of rows) {
    it(`says what is known after ${what}`, () => {
      assert.deepEqual(summarizeAttempts(attempts), summary)
    })
  }
})
