import { InvalidInput, invalidInput } from '../../src/model/invalid-input.ts'
import type { Lost } from '../../src/notify/interpret-answer.ts'
import type { Fact, Message } from '../../src/notify/message.ts'
import type { Webhook } from '../../src/notify/parse-webhook.ts'
import type { Lenient } from '../../src/pipelines/fields.ts'
import { formFacts, type NotifyContext } from './form.ts'

/**
 * The webhook of the connection, else of `webhookUrl`. A bad address is a card that is not delivered, which
 * `whenDeliveryFails` judges like any other.
 */
export function readWebhook({ inputs }: NotifyContext): Webhook | { readonly lost: Lost } {
  try {
    const webhook = inputs.connection() ?? inputs.webhookUrl()
    if (webhook !== undefined) return webhook
    throw invalidInput('webhookUrl', 'is empty, or the variable that fills it is; and there is no "connection"')
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return { lost: { kind: 'refused', fault: { what: 'no-answer', error } } }
  }
}

/** Reads what the card says; throws InvalidInput. */
export function readMessage(context: NotifyContext): Message {
  const { inputs, run } = context
  const title = inputs.title()
  const text = inputs.text()
  return {
    status: inputs.status(),
    title,
    ...(text !== undefined && { text }),
    facts: readFacts(context),
    buttons: keep('buttons', inputs.buttons(), context),
    mentions: keep('mentions', inputs.mentions(), context),
    run,
  }
}

function readFacts(context: NotifyContext): readonly Fact[] {
  const facts = context.inputs.facts()
  if (facts.leftOut.join('\n') !== formFacts.join('\n')) return keep('facts', facts, context)
  context.log.info('The card has no facts: no steps named "check" and "publish" have run in this job.')
  return facts.kept
}

/** Warns of the lines that are left out. */
function keep<Kept>(input: string, { kept, leftOut }: Lenient<Kept>, { log }: Pick<NotifyContext, 'log'>): Kept {
  for (const line of leftOut) {
    log.warning(`The input "${input}" has a line with a variable that does not exist, which is left out: ${line}`)
  }
  return kept
}
