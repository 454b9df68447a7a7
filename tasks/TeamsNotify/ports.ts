import { httpClient } from '../../src/http/http-client.ts'
import { readNetwork } from '../../src/http/network.ts'
import { postWebhook } from '../../src/http/post-webhook.ts'
import { formatRetry } from '../../src/http/retry.ts'
import type { Post } from '../../src/notify/deliver-card.ts'
import type { NotifyContext } from './form.ts'

/** Posts to the webhook. The network is read for each attempt: one that cannot be used is a card that is not delivered. */
export function webhookPost(url: string, { log, signal, variable }: NotifyContext): Post {
  return postWebhook(url, () => httpClient({ signal, network: readNetwork(variable) }), {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  })
}
