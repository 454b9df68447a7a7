import { DeliveryError } from '../../src/notify/delivery-error.ts'
import type { Delivery } from '../../src/notify/interpret-answer.ts'
import type { Message } from '../../src/notify/message.ts'
import type { AddressCaveat } from '../../src/notify/parse-webhook.ts'
import { longestTitle } from '../../src/notify/render-card.ts'
import { cut } from '../../src/notify/shorten-message.ts'
import type { TaskResult } from '../../src/pipelines/run-task.ts'

interface Ending {
  readonly whenDeliveryFails: 'warn' | 'fail'
  /** The words for a failure. */
  readonly tell: (error: unknown) => string
  /** What is known of the webhook's address. */
  readonly caveat?: AddressCaveat | undefined
}

/** The end of the step, by what became of its card. Throws DeliveryError where a card that may be lost is to fail it. */
export function concludeDelivery(
  delivery: Delivery,
  message: Pick<Message, 'title'>,
  { whenDeliveryFails, tell, caveat }: Ending,
): TaskResult {
  const title = cut(message.title, longestTitle)
  switch (delivery.kind) {
    case 'queued':
      return `The card "${title}" is queued. Whether it is posted, only the workflow's own history tells.`
    case 'delivered':
      return `The card "${title}" is posted in Teams.`
    case 'unconfirmed':
    case 'refused': {
      const error = new DeliveryError(title, delivery, caveat)
      if (whenDeliveryFails === 'fail') throw error
      return { withIssues: tell(error) }
    }
  }
}
