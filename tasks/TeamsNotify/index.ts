import { deliverCard } from '../../src/notify/deliver-card.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { concludeDelivery } from './conclude-delivery.ts'
import { notifyTask } from './form.ts'
import { readMessage, readWebhook } from './inputs.ts'
import { deliveryPorts } from './ports.ts'

void runTask(notifyTask, async (context) => {
  const { inputs, log, mask, signal } = context
  if (inputs.action()?.toLowerCase() === 'none') return 'Nothing to tell: the action is none.'
  const message = readMessage(context)
  const shape = inputs.payloadShape()
  const whenDeliveryFails = inputs.whenDeliveryFails()

  const input = readWebhook(context)
  if ('because' in input) return concludeDelivery({ kind: 'refused', ...input }, message, whenDeliveryFails)
  const { webhook } = input
  webhook.secrets.forEach(mask)
  if (webhook.retired !== undefined) log.warning(webhook.retired)

  const delivery = await deliverCard(renderCard(message), { webhook, shape, ...deliveryPorts(context) })
  signal.throwIfAborted()
  return concludeDelivery(delivery, message, whenDeliveryFails)
})
