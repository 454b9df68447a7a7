import { interpretAnswer, type Delivery } from './interpret-answer.ts'
import type { Webhook } from './parse-webhook.ts'
import type { AdaptiveCard } from './render-card.ts'

/** What a flow was built for: the message that its template takes, with the card attached, or the bare card. */
export type PayloadShape = 'message' | 'card'

/** Posts to the webhook; throws where there is no answer. Its errors must not carry the address, which is a secret. */
export type Post = (request: {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeout: number
  readonly maxBytes: number
  readonly isRepeatable: boolean
}) => Promise<{ readonly status: number; readonly body: Uint8Array }>

/** Milliseconds until an answer must be complete. */
export const answerTime = 15_000
const largestAnswer = 64 * 1024

/** Sends a card to a Teams webhook and reads what the answer means. */
export async function deliverCard(
  card: AdaptiveCard,
  { webhook, shape, post }: { readonly webhook: Webhook; readonly shape: PayloadShape; readonly post: Post },
): Promise<Delivery> {
  const delivery = await send(webhook.url, JSON.stringify(shape === 'message' ? asMessage(card) : card), post)
  if (!('because' in delivery) || webhook.retired === undefined) return delivery
  return { ...delivery, because: `${delivery.because} ${webhook.retired}` }
}

async function send(url: string, body: string, post: Post): Promise<Delivery> {
  const headers = { 'content-type': 'application/json' }
  try {
    const answer = await post({
      ...{ method: 'POST', url, headers, body },
      timeout: answerTime,
      maxBytes: largestAnswer,
      // A card that comes twice is better than none; the run's id in it tells.
      isRepeatable: true,
    })
    return interpretAnswer(answer.status, Buffer.from(answer.body).toString('utf8'))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return {
      kind: 'unconfirmed',
      because: `${problem}. Check the agent's network, its proxy, and NODE_EXTRA_CA_CERTS where that has a certificate of its own.`,
    }
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
function asMessage(card: AdaptiveCard) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  return { type: 'message', attachments: [attachment] }
}
