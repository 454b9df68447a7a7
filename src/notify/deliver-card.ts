import { type Delivery, interpretAnswer, interpretFailure, summarizeAttempts } from './interpret-answer.ts'
import type { Webhook } from './parse-webhook.ts'
import type { AdaptiveCard } from './render-card.ts'

/** What a flow was built for: the message that its template takes, with the card attached, or the bare card. */
export type PayloadShape = 'message' | 'card'

/**
 * Posts once; throws where there is no answer, an error whose `isUnsent` is true where nothing was sent. Its errors must
 * not carry the address, which is a secret.
 */
export type Post = (request: PostRequest) => Promise<PostAnswer>

export interface PostRequest {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeout: number
  readonly maxBytes: number
  readonly mayBePartial: boolean
  readonly followsRedirects: boolean
  readonly isRepeatable: boolean
}

export interface PostAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body is only the beginning of what was sent. */
  readonly isPartial?: boolean
}

export interface DeliveryOptions {
  readonly webhook: Webhook
  readonly shape: PayloadShape
  readonly post: Post
  /** Makes of a post one that tries again what may pass; left out: there is one attempt. */
  readonly repeat?: (post: Post) => Post
}

/** Milliseconds until an answer must be complete. */
export const answerTime = 15_000
const largestAnswer = 64 * 1024

/** Sends a card to a Teams webhook and reads what the answers mean. */
export async function deliverCard(
  card: AdaptiveCard,
  { webhook, shape, post, repeat = (once) => once }: DeliveryOptions,
): Promise<Delivery> {
  const attempts: Delivery[] = []
  const attempt: Post = async (request) => {
    try {
      const answer = await post(request)
      attempts.push(interpretAnswer(answer.status, answer.body.toString('utf8'), answer.isPartial))
      return answer
    } catch (error) {
      attempts.push(interpretFailure(error))
      throw error
    }
  }
  // What is thrown is among the attempts.
  await repeat(attempt)({
    method: 'POST',
    url: webhook.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shape === 'message' ? asMessage(card) : card),
    timeout: answerTime,
    // The status says nearly all; a card that was taken must not be sent again for a body that breaks off.
    maxBytes: largestAnswer,
    mayBePartial: true,
    // Elsewhere is no webhook, and the card is not for everybody.
    followsRedirects: false,
    // A card that comes twice is better than none; the run's id in it tells.
    isRepeatable: true,
  }).catch(() => undefined)
  const delivery = summarizeAttempts(attempts)
  const caveat = webhook.retired ?? webhook.doubtful
  if (!('because' in delivery) || caveat === undefined) return delivery
  return { ...delivery, because: `${delivery.because} ${caveat}` }
}

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
function asMessage(card: AdaptiveCard) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  return { type: 'message', attachments: [attachment] }
}
