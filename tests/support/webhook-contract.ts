import assert from 'node:assert/strict'
import { httpClient } from '../../src/http/http-client.ts'
import { postWebhook } from '../../src/http/post-webhook.ts'
import { deliverCard } from '../../src/notify/deliver-card.ts'
import { DeliveryError } from '../../src/notify/delivery-error.ts'
import { parseWebhook } from '../../src/notify/parse-webhook.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { aMessage } from './cards.ts'
import { told } from './problems.ts'

/** What happens to a card, and what may be said of it then. */
export const situations = {
  'a workflow takes it': { kind: 'queued' },
  'a connector posts it': { kind: 'delivered' },
  'a connector cannot post it': {
    kind: 'refused',
    told: /: the connector accepted it, but Teams answered 400\./,
  },
  'the signature is missing': { kind: 'refused', told: /: 401 DirectApiAuthorizationRequired\. The address lacks/ },
  'the signature is wrong': { kind: 'refused', told: /: 401 AuthorizationFailed\. The address lacks/ },
  'the workflow is gone': { kind: 'refused', told: /: 404 WorkflowNotFound\. There is no such workflow/ },
  'the workflow is switched off': { kind: 'refused', told: /: 400 WorkflowTriggerIsNotEnabled\. The workflow/ },
  'there were too many': { kind: 'refused', told: /: 429 TooManyRequests\. Too many cards/ },
  'Power Automate has an outage': { kind: 'unconfirmed', told: /: 503 ServiceUnavailable\. Try again later\./ },
  'a proxy answers with its page': { kind: 'unconfirmed', told: /: 200 with a web page is no confirmation\./ },
  'the connection is cut': { kind: 'unconfirmed', told: /: [\w.]+:\d+ does not answer \(ECONNRESET\)\. Check/ },
} as const

export type Situation = keyof typeof situations

/** An endpoint that can be brought into any situation. */
export interface WebhookUnderTest {
  /** Brings it about for the next card; gives the address to send that to. */
  arrange(situation: Situation): string
  stop(): Promise<void>
}

/** What every endpoint for cards does, the stand-in of the sandbox as well as one whose answers a test writes. */
export function itAnswersAsTeamsDoes(start: () => Promise<WebhookUnderTest>): void {
  let endpoint: WebhookUnderTest

  beforeEach(async () => {
    endpoint = await start()
  })
  afterEach(() => endpoint.stop())

  for (const [situation, expected] of Object.entries(situations)) {
    it(`lets a card be ${expected.kind} where ${situation}`, async () => {
      const webhook = parseWebhook(endpoint.arrange(situation as Situation))
      // A connector that cannot post is one that gets what is no message.
      const shape = situation === 'a connector cannot post it' ? 'card' : 'message'

      const post = postWebhook(webhook.url, () => httpClient(), { longestTotal: 0 })
      const delivery = await deliverCard(renderCard(aMessage()), shape, post)

      assert.equal(delivery.kind, expected.kind)
      if ('fault' in delivery) {
        assert.ok('told' in expected)
        const message = told(new DeliveryError('Title', delivery))
        assert.match(message, expected.told)
        for (const secret of webhook.secrets) assert.ok(!message.includes(secret))
      }
    })
  }
}
