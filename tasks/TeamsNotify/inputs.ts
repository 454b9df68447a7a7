import { InputError } from '../../src/model/input-error.ts'
import { parseWebhook } from '../../src/notify/parse-webhook.ts'
import type { Fact, Message } from '../../src/notify/render-card.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'

/** The webhook, or why there is none that a card could be sent to. */
export type Webhook =
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly string[] }
  | { readonly kind: 'missing'; readonly because: string; readonly secrets: readonly string[] }

/** A bad address is a card that is not delivered, which `whenDeliveryFails` judges like any other. */
export function readWebhook(inputs: Inputs): Webhook {
  try {
    return { kind: 'webhook', ...parseWebhook(inputs.text('webhookUrl')) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { kind: 'missing', because: error.message, secrets: [] }
  }
}

/** Reads what the card says; throws InputError. */
export function readMessage({ inputs, log, run }: TaskContext): Message {
  const leftOut = (line: string) => {
    log.warning(`The fact "${line}" holds a variable that does not exist; it is left out.`)
  }
  const text = inputs.optionalText('text')
  return {
    status: inputs.choice('status', ['success', 'warning', 'failure', 'info']),
    title: inputs.text('title'),
    ...(text !== undefined && { text }),
    facts: inputs.lenientLines('facts', leftOut).map(parseFact),
    ...(run.page !== undefined && { run: { title: `Run ${run.title}`, page: run.page } }),
  }
}

function parseFact(line: string, index: number): Fact {
  const colon = line.indexOf(':')
  if (colon < 1)
    throw new InputError('facts', `has a line ${String(index + 1)} without a name: "${line}". Write it as Name: value.`)
  return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }
}
