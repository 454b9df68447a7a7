import type { Message } from './message.ts'

/** Characters of a fact, and of the text, that stay. */
const shortFact = 80
const shortText = 500

/**
 * Makes a message fit by taking as little from it as needed: first the ends of the longest facts, then the end of the
 * text, then the last buttons, then the last facts, at last its mentions. A message that fits is given back as it is.
 */
export function shortenMessage(message: Message, fits: (message: Message) => boolean): Message {
  if (fits(message)) return message
  const { facts, buttons, text = '' } = message
  const longestFact = Math.max(0, ...facts.flatMap(({ name, value }) => [name.length, value.length]))
  const short = { ...message, facts: cutFacts(message, shortFact), ...cutText(text, shortText) }
  const bare = { ...short, buttons: [] }
  const ways: readonly Way[] = [
    { from: shortFact, to: longestFact, take: (length) => ({ ...message, facts: cutFacts(message, length) }) },
    { from: shortText, to: text.length, take: (length) => ({ ...short, ...cutText(text, length) }) },
    { from: 0, to: buttons.length, take: (count) => ({ ...short, buttons: buttons.slice(0, count) }) },
    { from: 0, to: facts.length, take: (count) => ({ ...bare, facts: short.facts.slice(0, count) }) },
  ]
  for (const { from, to, take } of ways) {
    if (fits(take(from))) return take(largest(from, to, (amount) => fits(take(amount))))
  }
  return { ...bare, facts: [], mentions: [] }
}

/** The first characters of a text, and "…" for the rest. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  // The end can fall into the middle of a character.
  return `${text.slice(0, length).replace(/\p{Surrogate}$/u, '')}…`
}

/** A way to make a message smaller by degrees: `from` takes most away. */
interface Way {
  readonly from: number
  readonly to: number
  readonly take: (amount: number) => Message
}

function cutText(text: string, length: number): Pick<Message, 'text'> {
  return text === '' ? {} : { text: cut(text, length) }
}

function cutFacts({ facts }: Message, length: number): Message['facts'] {
  return facts.map(({ name, value }) => ({ name: cut(name, length), value: cut(value, length) }))
}

/** The largest whole number for which the claim holds, where it holds for `from` and for all below that number. */
function largest(from: number, to: number, holds: (number: number) => boolean): number {
  let [good, bad] = [from, to + 1]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (holds(middle)) good = middle
    else bad = middle
  }
  return good
}
