import { InvalidValue } from '../../src/model/invalid-value.ts'
import { cleanText } from '../../src/notify/escape-markdown.ts'
import { parseButtons, parseFacts, parseMentions } from '../../src/notify/parse-lines.ts'
import { parseWebhook, type Webhook } from '../../src/notify/parse-webhook.ts'
import { choice, connection, lenientLines, optionalText, secret, text } from '../../src/pipelines/fields.ts'
import type { ConnectionFields, TaskForm } from '../../src/pipelines/form.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { explainDelivery } from '../../src/problems/explain-delivery.ts'

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

/** What TeamsNotify is told. It answers nothing. */
export const notifyTask = {
  inputs: {
    connection: connection('PlatformImageTeamsWebhook', parseConnection),
    webhookUrl: secret(parseWebhook),
    action: optionalText(),
    status: choice('success', 'warning', 'failure', 'info'),
    title: text(parseTitle),
    text: optionalText(),
    facts: lenientLines(parseFacts, { default: formFacts.join('\n') }),
    buttons: lenientLines(parseButtons),
    mentions: lenientLines(parseMentions),
    payloadShape: choice('message', 'card'),
    whenDeliveryFails: choice('warn', 'fail'),
  },
  outputs: [],
  problems: [explainDelivery],
} as const satisfies TaskForm

export type NotifyContext = TaskContext<typeof notifyTask>

function parseConnection({ webhookUrl }: ConnectionFields): Webhook {
  if (!webhookUrl?.trim()) {
    throw new InvalidValue('names a connection without a webhook', 'Choose one of the type Teams Webhook')
  }
  return parseWebhook(webhookUrl.trim())
}

function parseTitle(title: string): string {
  if (cleanText(title) === '') throw new InvalidValue('holds nothing that can be shown')
  return title
}
