import { InputError } from '../../src/model/input-error.ts'
import { cleanText } from '../../src/notify/escape-markdown.ts'
import type { Message } from '../../src/notify/message.ts'
import { type Line, parseButtons, parseFacts, parseMentions } from '../../src/notify/parse-lines.ts'
import { parseWebhook, type Webhook } from '../../src/notify/parse-webhook.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'

/** What the form holds until somebody changes it. Where no steps have these names, nobody asked for these facts. */
export const formFacts: readonly string[] = [
  'Image Name: $(publish.repositoryUri)',
  'Version Tag: $(publish.versionTag)',
  'Creation Time: $(publish.createdAt)',
  'Digest: $(publish.imageDigest)',
  'Reason: $(check.explanation)',
  'Base: $(check.baseImage)',
  '.NET: $(check.previousBaseVersion) → $(check.baseVersion)',
]

/** The webhook, or why there is none that a card could be sent to. */
export type WebhookInput = { readonly webhook: Webhook } | { readonly because: string }

/**
 * The webhook of the connection, else of `webhookUrl`. A bad address is a card that is not delivered, which
 * `whenDeliveryFails` judges like any other.
 */
export function readWebhook({ inputs, connection }: TaskContext): WebhookInput {
  try {
    const fields = connection('connection')
    if (fields !== undefined) return { webhook: parseConnection(fields) }
    const address = inputs.optionalSecret('webhookUrl')
    if (address === undefined) {
      throw new InputError('webhookUrl', 'is empty, or the variable that fills it is; and there is no "connection".')
    }
    return { webhook: parseWebhook('webhookUrl', address) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { because: error.message }
  }
}

function parseConnection({ webhookUrl }: Readonly<Record<string, string>>): Webhook {
  if (!webhookUrl?.trim()) {
    throw new InputError('connection', 'names a connection without a webhook. Choose one of the type Teams Webhook.')
  }
  return parseWebhook('connection', webhookUrl.trim())
}

/** Reads what the card says; throws InputError. */
export function readMessage({ inputs, log, run }: TaskContext): Message {
  const warn = (input: string) => (line: string) => {
    log.warning(`The input "${input}" has a line with a variable that does not exist, which is left out: ${line}`)
  }
  const title = inputs.text('title')
  if (cleanText(title) === '') throw new InputError('title', 'holds nothing that can be shown.')
  const text = inputs.optionalText('text')
  return {
    status: inputs.choice('status', ['success', 'warning', 'failure', 'info']),
    title,
    ...(text !== undefined && { text }),
    facts: parseFacts(readFacts({ inputs, log }, warn('facts'))),
    buttons: parseButtons(inputs.lenientLines('buttons', warn('buttons'))),
    mentions: parseMentions(inputs.lenientLines('mentions', warn('mentions'))),
    run,
  }
}

function readFacts({ inputs, log }: Pick<TaskContext, 'inputs' | 'log'>, warn: (line: string) => void): Line[] {
  const leftOut: string[] = []
  const lines = inputs.lenientLines('facts', (line) => leftOut.push(line))
  if (leftOut.join('\n') === formFacts.join('\n')) {
    log.info('The card has no facts: no steps named "check" and "publish" have run in this job.')
  } else leftOut.forEach(warn)
  return lines
}
