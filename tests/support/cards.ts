import { createRequire } from 'node:module'
import type { Message } from '../../src/notify/message.ts'
import type { AdaptiveCard } from '../../src/notify/render-card.ts'

// The package is made for browsers, and its file for CommonJS looks for their global object.
Object.assign(globalThis, { self: globalThis })
const {
  AdaptiveCard: OfficialCard,
  SerializationContext,
  Versions,
} = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as typeof import('adaptivecards')

export const aMessage = (overrides: Partial<Message> = {}): Message => ({
  status: 'success',
  title: 'A new version',
  facts: [],
  buttons: [],
  mentions: [],
  run: { id: 'shop/42', title: 'aspnet 20261126.3' },
  ...overrides,
})

/** What Microsoft's parser finds wrong with a card of version 1.4: what that version does not have, or bad values. */
export function complaintsAbout(card: AdaptiveCard): string[] {
  const context = new SerializationContext(Versions.v1_4)
  new OfficialCard().parse(card, context)
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message)
}

/** The texts of a card's facts. */
export function factsOf({ body }: Pick<AdaptiveCard, 'body'>): { title: string; value: string }[] {
  return body.flatMap((element) => ('facts' in element ? (element.facts as { title: string; value: string }[]) : []))
}

/** The texts of a card outside its facts and buttons, in their order. */
export function textsOf({ body }: Pick<AdaptiveCard, 'body'>): string[] {
  return body.flatMap((element) => {
    if (element.type === 'TextBlock') return [element.text]
    return element.type === 'Container' ? textsOf({ body: element.items }) : []
  })
}
