import type { Lost } from './interpret-answer.ts'
import type { Webhook } from './parse-webhook.ts'

/** A card that is not known to be in the channel. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  /** The card's title. */
  readonly title: string
  readonly lost: Lost
  /** What is known of the webhook's address. */
  readonly caveat: Webhook['caveat']

  constructor(title: string, lost: Lost, caveat?: Webhook['caveat']) {
    super(`${lost.kind}: ${lost.fault.what}`)
    this.title = title
    this.lost = lost
    this.caveat = caveat
  }
}
