import { deliverCard } from '../../src/notify/deliver-card.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { describeCaveat } from '../../src/problems/explain-delivery.ts'
import { concludeDelivery } from './conclude-delivery.ts'
import { notifyTask } from './form.ts'
import { readMessage, readWebhook } from './inputs.ts'
import { webhookPost } from './ports.ts'

/** Those of the other tasks, and purposes of a run, that nobody needs to hear of. */
const silentActions: readonly string[] = ['none', 'validate', 'plan']

void runTask(notifyTask, async (context) => {
  const { inputs, log, mask, signal } = context
  const action = inputs.action()?.toLowerCase()
  if (action !== undefined && silentActions.includes(action)) return `Nothing to tell: the action is ${action}.`
  const message = readMessage(context)
  const shape = inputs.payloadShape()
  const ending = { whenDeliveryFails: inputs.whenDeliveryFails(), tell: context.tell }

  const webhook = readWebhook(context)
  if ('lost' in webhook) return concludeDelivery(webhook.lost, message, ending)
  webhook.secrets.forEach(mask)
  if (webhook.caveat === 'retired') log.warning(`${describeCaveat('retired').join('. ')}.`)

  const delivery = await deliverCard(renderCard(message), shape, webhookPost(webhook.url, context))
  signal.throwIfAborted()
  return concludeDelivery(delivery, message, { ...ending, caveat: webhook.caveat })
})
