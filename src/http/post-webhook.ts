import type { Post } from '../notify/deliver-card.ts'
import { type HttpClient, type HttpRequest } from './http-client.ts'
import { type RetryOptions, withRetries } from './retry.ts'

/** Milliseconds until an answer must be complete. */
const answerTime = 15_000
/** Milliseconds from the first attempt to the end of the last. */
const longestDelivery = 60_000
const largestAnswer = 64 * 1024

/** Posts to the webhook at `url`, a secret that no error shows. `connect` gives the client for each attempt. */
export function postWebhook(url: string, connect: () => HttpClient, retries: RetryOptions): Post {
  return async (json, onOutcome) => {
    const attempt = async (request: HttpRequest) => {
      try {
        const answer = await connect()(request)
        onOutcome(answer)
        return answer
      } catch (error) {
        onOutcome(error instanceof Error ? error : new Error(String(error)))
        throw error
      }
    }
    const send = withRetries(attempt, { longestTotal: longestDelivery - answerTime, ...retries })
    // What is thrown is among the outcomes.
    await send({ ...posting(json), url }).catch(() => undefined)
  }
}

function posting(json: string): Omit<HttpRequest, 'url'> {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: json,
    timeout: answerTime,
    // The status says nearly all; a card that was taken must not be sent again for a body that breaks off.
    maxBytes: largestAnswer,
    mayBePartial: true,
    // Elsewhere is no webhook, and the card is not for everybody.
    followsRedirects: false,
    // A card that comes twice is better than none; the run's id in it tells.
    isRepeatable: true,
  }
}
