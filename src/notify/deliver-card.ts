import { type Delivery, interpretAnswer, interpretFailure, summarizeAttempts } from './interpret-answer.ts'
import type { AdaptiveCard } from './render-card.ts'

/** What a flow was built for: the message that its template takes, with the card attached, or the bare card. */
export type PayloadShape = 'message' | 'card'

/**
 * Posts JSON to the webhook, again where that may help, and tells the outcome of each attempt: an answer, or why there is
 * none, an error whose `isUnsent` is true where nothing was sent. Never rejects.
 */
export type Post = (json: string, onOutcome: (outcome: PostAnswer | Error) => void) => Promise<void>

/** The answer of a webhook; the body may be only the beginning of what was sent. */
export interface PostAnswer {
  readonly status: number
  readonly body: Buffer
  readonly isPartial?: boolean
}

/** Sends a card to a Teams webhook and reads what the answers mean. */
export async function deliverCard(card: AdaptiveCard, shape: PayloadShape, post: Post): Promise<Delivery> {
  const attempts: Delivery[] = []
  await post(JSON.stringify(shape === 'message' ? asMessage(card) : card), (outcome) => {
    attempts.push(
      outcome instanceof Error
        ? interpretFailure(outcome)
        : interpretAnswer(outcome.status, outcome.body.toString('utf8'), outcome.isPartial),
    )
  })
  return summarizeAttempts(attempts)
}

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
function asMessage(card: AdaptiveCard) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  return { type: 'message', attachments: [attachment] }
}
