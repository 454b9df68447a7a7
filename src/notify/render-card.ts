import type {
  CardElementArray,
  IAdaptiveCard,
  IMention,
  IOpenUrlAction,
  ITeamsCardProperties,
} from '@microsoft/teams.cards'
import { cleanText, escapeMarkdown } from './escape-markdown.ts'
import type { Fact, Message } from './message.ts'
import { cut, shortenMessage } from './shorten-message.ts'

/** A card as Teams takes it. */
export interface AdaptiveCard extends Omit<IAdaptiveCard, 'msteams'> {
  /** Teams documents the width with a capital. */
  readonly msteams: Omit<ITeamsCardProperties, 'width'> & { readonly width: 'Full' }
}

/** Bytes of JSON, by the larger count. Teams refuses a message of about 28 KB; what other software adds on the way must fit as well. */
export const largestCard = 20_000
/** Characters; more would not be a title. */
export const longestTitle = 250

const looks = {
  success: { style: 'good', icon: '✅' },
  warning: { style: 'warning', icon: '⚠️' },
  failure: { style: 'attention', icon: '❌' },
  info: { style: 'accent', icon: 'ℹ️' },
} as const

/**
 * Renders an adaptive card of version 1.4, the newest that Power Automate is sure to show. A message that is too large
 * for Teams is shortened, and the card says so.
 * https://adaptivecards.io/explorer/AdaptiveCard.html
 */
export function renderCard(message: Message): AdaptiveCard {
  const whole = cleanMessage(message)
  const titled = { ...whole, title: cut(whole.title, longestTitle) }
  const isTitleCut = titled.title !== whole.title
  const render = (candidate: Message) => renderWhole(candidate, isTitleCut || candidate !== titled)
  return render(shortenMessage(titled, (candidate) => sizeOf(render(candidate)) <= largestCard))
}

function renderWhole(message: Message, isShortened: boolean): AdaptiveCard {
  const { title, text, mentions } = message
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    fallbackText: cut(text ? `${title}: ${text}` : title, longestTitle),
    msteams: { width: 'Full', ...(mentions.length > 0 && { entities: mentions.map(mentionEntity) }) },
    body: renderBody(message, isShortened),
    actions: renderActions(message),
  }
}

function renderBody({ status, title, text, facts, mentions, run }: Message, isShortened: boolean): CardElementArray {
  const { style, icon } = looks[status]
  const footer = `${run.title} · ${run.id}`
  return [
    {
      type: 'Container',
      style,
      bleed: true,
      items: [
        { type: 'TextBlock', text: `${icon} ${escapeMarkdown(title)}`, size: 'Large', weight: 'Bolder', wrap: true },
        ...(text ? [{ type: 'TextBlock', text: escapeMarkdown(text), wrap: true } as const] : []),
      ],
    },
    ...(facts.length > 0 ? [{ type: 'FactSet', facts: facts.map(renderFact) } as const] : []),
    ...(mentions.length > 0
      ? [{ type: 'TextBlock', text: mentions.map(({ name }) => `<at>${name}</at>`).join(', '), wrap: true } as const]
      : []),
    ...(isShortened ? [smallPrint('Shortened to what a card can hold; the run has the rest.')] : []),
    smallPrint(escapeMarkdown(footer)),
  ]
}

function renderActions({ run, buttons }: Message): IOpenUrlAction[] {
  const all = run.page === undefined ? buttons : [{ title: 'Open the run', url: run.page }, ...buttons]
  return all.map(({ title, url }) => ({ type: 'Action.OpenUrl', title, url }))
}

function renderFact({ name, value }: Fact) {
  return { title: escapeMarkdown(name), value: escapeMarkdown(value) }
}

function smallPrint(text: string) {
  return { type: 'TextBlock', text, size: 'Small', isSubtle: true, wrap: true } as const
}

/** Its text is found again in a text of the card, letter by letter. */
function mentionEntity({ name, id }: Message['mentions'][number]): IMention {
  return { type: 'mention', text: `<at>${name}</at>`, mentioned: { id, name } }
}

function cleanMessage(message: Message): Message {
  const { text, facts, buttons, mentions, run } = message
  return {
    ...message,
    title: cleanText(message.title).replaceAll(/\s+/g, ' '),
    ...(text !== undefined && { text: cleanText(text) }),
    facts: facts.map(({ name, value }) => ({ name: cleanText(name), value: cleanText(value) })),
    buttons: buttons.map(({ title, url }) => ({ title: cut(cleanText(title), longestTitle), url })),
    mentions: mentions.map(({ name, id }) => ({ name: cleanText(name), id: cleanText(id) })),
    run: { ...run, id: cleanText(run.id), title: cleanText(run.title) },
  }
}

/**
 * The larger of two counts: bytes in UTF-8, and bytes where all but plain letters are written as `\uXXXX`, which
 * software on the way may do before Teams counts.
 */
function sizeOf(card: AdaptiveCard): number {
  const json = JSON.stringify(card)
  return Math.max(Buffer.byteLength(json), json.replaceAll(/\\"|[^\x20-\x7e]|[<>&'+`]/g, '\\uXXXX').length)
}
