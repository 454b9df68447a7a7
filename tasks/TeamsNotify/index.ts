import { httpClient } from '../../src/http/http-client.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { deliverCard } from '../../src/notify/deliver-card.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { readMessage, readWebhook } from './inputs.ts'

void runTask(async (context) => {
  const { inputs, log, mask, signal } = context
  if (inputs.optionalText('action')?.toLowerCase() === 'none') return 'Nothing to tell: the action is none.'
  const message = readMessage(context)
  const failOnRefusal = inputs.choice('whenDeliveryFails', ['warn', 'fail']) === 'fail'

  const webhook = readWebhook(inputs)
  webhook.secrets.forEach(mask)
  const delivery =
    webhook.kind === 'missing' ? webhook : await deliverCard(webhook.url, renderCard(message), httpClient({ signal }))
  switch (delivery.kind) {
    case 'queued':
      return `Teams queued the card "${message.title}"; whether it is posted, only the workflow's own history tells.`
    case 'delivered':
      return `Teams posted the card "${message.title}".`
    case 'missing':
    case 'refused': {
      const problem = `The card "${message.title}" was not delivered: ${delivery.because}`
      if (failOnRefusal) throw new Error(problem)
      log.debug(problem)
      return { withIssues: problem }
    }
  }
})
