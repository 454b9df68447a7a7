/** What a message says, in plain text: whatever would be markup for Teams is shown as it is. */
export interface Message {
  readonly status: 'success' | 'warning' | 'failure' | 'info'
  readonly title: string
  readonly text?: string
  readonly facts: readonly Fact[]
  /** A button to the run that sends it. */
  readonly run?: { readonly title: string; readonly page: string }
}

export interface Fact {
  readonly name: string
  readonly value: string
}

/** The body that a Workflows webhook expects: one adaptive card in a message. */
export interface CardMessage {
  readonly type: 'message'
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive'
      readonly contentUrl: null
      readonly content: object
    },
  ]
}

const looks = {
  success: { style: 'good', icon: '✅' },
  warning: { style: 'warning', icon: '⚠️' },
  failure: { style: 'attention', icon: '❌' },
  info: { style: 'emphasis', icon: 'ℹ️' },
} as const

/**
 * Renders an adaptive card of version 1.4, the newest that Power Automate is sure to show.
 * https://adaptivecards.io/explorer/AdaptiveCard.html
 */
export function renderCard({ status, title, text, facts, run }: Message): CardMessage {
  const { style, icon } = looks[status]
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    fallbackText: text === undefined ? title : `${title}: ${text}`,
    msteams: { width: 'Full' },
    body: [
      {
        type: 'Container',
        style,
        bleed: true,
        items: [
          { type: 'TextBlock', text: `${icon} ${escapeMarkdown(title)}`, size: 'Large', weight: 'Bolder', wrap: true },
          ...(text === undefined ? [] : [{ type: 'TextBlock', text: escapeMarkdown(text), wrap: true }]),
        ],
      },
      ...(facts.length === 0
        ? []
        : [
            {
              type: 'FactSet',
              facts: facts.map(({ name, value }) => ({ title: escapeMarkdown(name), value: escapeMarkdown(value) })),
            },
          ]),
    ],
    actions: run === undefined ? [] : [{ type: 'Action.OpenUrl', title: run.title, url: run.page }],
  }
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  }
}

/** Teams reads a subset of Markdown in every text; a branch name with an underscore is not meant so. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]~#]/g, String.raw`\$&`).replaceAll('<', '&lt;')
}
