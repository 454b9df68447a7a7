import assert from 'node:assert/strict'
import { interpretAnswer } from '../../src/notify/interpret-answer.ts'

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
    ['an outage', 503, '<h1>hunter2</h1>', 'refused', /^503\. Try again later\.$/],
    ['a code that is none', 500, '{"code":"a hunter2"}', 'refused', /^500\. Try/],
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
})
