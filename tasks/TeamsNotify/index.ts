import { httpClient } from '../../src/http/http-client.ts'
import { readNetwork } from '../../src/http/network.ts'
import { formatRetry, withRetries } from '../../src/http/retry.ts'
import { answerTime, deliverCard, type DeliveryOptions } from '../../src/notify/deliver-card.ts'
import { longestTitle, renderCard } from '../../src/notify/render-card.ts'
import { cut } from '../../src/notify/shorten-message.ts'
import { runTask, type TaskContext } from '../../src/pipelines/run-task.ts'
import { readMessage, readWebhook } from './inputs.ts'

/** Milliseconds from the first attempt to the end of the last. */
const longestDelivery = 60_000

void runTask(async (context) => {
  const { inputs, log, mask, signal } = context
  if (inputs.optionalText('action')?.toLowerCase() === 'none') return 'Nothing to tell: the action is none.'
  const message = readMessage(context)
  const shape = inputs.choice('payloadShape', ['message', 'card'])
  const failing = inputs.choice('whenDeliveryFails', ['warn', 'fail']) === 'fail'
  const card = `The card "${cut(message.title, longestTitle)}"`

  const input = readWebhook(context)
  if ('because' in input) return end(`${card} was not delivered: ${input.because}`, failing)
  const { webhook } = input
  webhook.secrets.forEach(mask)
  if (webhook.retired !== undefined) log.warning(webhook.retired)

  const delivery = await deliverCard(renderCard(message), { webhook, shape, ...connect(context) })
  signal.throwIfAborted()
  switch (delivery.kind) {
    case 'queued':
      return `${card} is queued; whether it is posted, only the workflow's own history tells.`
    case 'delivered':
      return `${card} is posted in Teams.`
    case 'unconfirmed':
      return end(`${card} may not have been delivered: ${delivery.because}`, failing)
    case 'refused':
      return end(`${card} was not delivered: ${delivery.because}`, failing)
  }
})

/** The network is read for each attempt: one that cannot be used is a card that is not delivered. */
function connect({ log, signal, variable }: TaskContext): Pick<DeliveryOptions, 'post' | 'repeat'> {
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

function end(problem: string, isFailure: boolean): { withIssues: string } {
  if (isFailure) throw new Error(problem)
  return { withIssues: problem }
}
