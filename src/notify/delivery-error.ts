import type { Lost } from './interpret-answer.ts'
import type { AddressCaveat } from './parse-webhook.ts'

/** A card that is not known to be in the channel. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  /** The card's title. */
  readonly title: string
  readonly lost: Lost
  /** What is known of the webhook's address. */
  readonly caveat: AddressCaveat | undefined

  constructor(title: string, lost: Lost, caveat?: AddressCaveat) {
    super(`${lost.kind}: ${lost.fault.what}`)
    this.title = title
    this.lost = lost
    this.caveat = caveat
  }
}
