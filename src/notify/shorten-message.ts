import type { Message } from './message.ts'

/** Characters of a fact that stay as long as facts do. */
const shortFact = 80

/**
 * Makes a message fit by taking as little from it as needed: first the ends of the longest facts, then the last facts,
 * then the end of the text, at last its buttons and mentions. A message that fits is given back as it is.
 */
export function shortenMessage(message: Message, fits: (message: Message) => boolean): Message {
  if (fits(message)) return message
  const { facts, text = '' } = message
  const longestFact = Math.max(0, ...facts.flatMap(({ name, value }) => [name.length, value.length]))
  const withoutFacts = { ...message, facts: [] }
  const ways: readonly Way[] = [
    { from: shortFact, to: longestFact, take: (length) => ({ ...message, facts: cutFacts(message, length) }) },
    { from: 0, to: facts.length, take: (count) => ({ ...message, facts: cutFacts(message).slice(0, count) }) },
    { from: 0, to: text.length, take: (length) => ({ ...withoutFacts, text: cut(text, length) }) },
  ]
  for (const { from, to, take } of ways) {
    if (fits(take(from))) return take(largest(from, to, (amount) => fits(take(amount))))
  }
  return { ...withoutFacts, text: '', buttons: [], mentions: [] }
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

function cutFacts({ facts }: Message, length = shortFact): Message['facts'] {
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
