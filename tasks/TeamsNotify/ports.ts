import { httpClient } from '../../src/http/http-client.ts'
import { readNetwork } from '../../src/http/network.ts'
import { formatRetry, withRetries } from '../../src/http/retry.ts'
import { answerTime, type DeliveryOptions } from '../../src/notify/deliver-card.ts'
import type { StepContext } from '../../src/pipelines/run-task.ts'

/** Milliseconds from the first attempt to the end of the last. */
const longestDelivery = 60_000

/**
 * Plugs in what a delivery asks of the outside. The network is read for each attempt: one that cannot be used is a card
 * that is not delivered.
 */
export function deliveryPorts({
  log,
  signal,
  variable,
}: Pick<StepContext, 'log' | 'signal' | 'variable'>): Pick<DeliveryOptions, 'post' | 'repeat'> {
  return {
    post: async (request) => httpClient({ signal, network: readNetwork(variable) })(request),
    repeat: (post) =>
      withRetries(post, {
        signal,
        longestTotal: longestDelivery - answerTime,
        onRetry: (retry) => {
          log.info(formatRetry(retry))
        },
      }),
  }
}
