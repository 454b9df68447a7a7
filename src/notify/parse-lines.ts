import { isDigest, shortDigest } from '../model/digest.ts'
import { InvalidValue } from '../model/invalid-value.ts'
import type { NumberedLine } from '../model/numbered-line.ts'
import { isSafeAddress } from '../model/safe-address.ts'
import { cleanText } from './escape-markdown.ts'
import type { Button, Fact, Mention } from './message.ts'
import { cut } from './shorten-message.ts'

/** How the lines of a list are written. */
interface LineForm {
  readonly separator: string
  /** Which separator counts where a line has several. */
  readonly splitsAt: 'first' | 'last'
  readonly rule: string
}

const factForm: LineForm = { separator: ':', splitsAt: 'first', rule: 'Write it as Name: value' }
const buttonForm: LineForm = { separator: '|', splitsAt: 'first', rule: 'Write it as Title | https://...' }
const mentionForm: LineForm = {
  separator: '|',
  splitsAt: 'last',
  rule: 'Write it as Name | user@example.com, or with an Entra object id',
}

/** Characters of a bad line that a message shows. */
const longestQuote = 80

/** As many as Teams shows beside the one that opens the run; it hides a seventh without a word. */
const mostButtons = 5

/**
 * Reads lines of `Name: value`; throws InvalidValue. A line without a value is a variable that is empty, and says nothing.
 * Digests become short, a moment in UTC easy to read, and of `10.0.13 → 10.0.14` stays what there is. A line without a
 * colon goes on with the value before it: a variable can hold line ends.
 */
export function parseFacts(lines: readonly NumberedLine[]): Fact[] {
  return foldLines(withSubstance(lines, factForm)).flatMap((line) => {
    const [name, rest] = split(line, factForm)
    const value = tidyChange(formatInstant(shortenDigests(rest)))
    return value === '' ? [] : [{ name, value }]
  })
}

function foldLines(lines: readonly NumberedLine[]): readonly NumberedLine[] {
  return lines.reduce<readonly NumberedLine[]>((folded, line) => {
    const before = folded.at(-1)
    if (before === undefined || line.text.includes(factForm.separator)) return [...folded, line]
    return [...folded.slice(0, -1), { ...before, text: `${before.text} ${line.text}` }]
  }, [])
}

/** Reads lines of `Title | https://...`; throws InvalidValue. A line without an address is left out. */
export function parseButtons(lines: readonly NumberedLine[]): Button[] {
  const buttons = withSubstance(lines, buttonForm).flatMap((line) => {
    const [title, address] = split(line, buttonForm)
    return address === '' ? [] : [{ line, title, url: parseAddress(line, address) }]
  })
  const [surplus] = buttons.slice(mostButtons)
  if (surplus !== undefined) {
    throw badLine(surplus.line, 'is one too many', `A card shows ${String(mostButtons)} of them`)
  }
  return buttons.map(({ title, url }) => ({ title, url }))
}

/** Reads lines of `Name | user@example.com`; throws InvalidValue. A line without an address is left out. */
export function parseMentions(lines: readonly NumberedLine[]): Mention[] {
  return withSubstance(lines, mentionForm).flatMap((line) => {
    const [name, id] = split(line, mentionForm)
    // Teams looks for the name as it is written, so nothing in it can be escaped.
    if (/[<>[\]*`~\\]|(?<!\w)_|_(?!\w)/.test(name)) {
      throw badLine(
        line,
        'has a name that Teams cannot show',
        String.raw`Leave out < > [ ] * ~ \ and backticks, and _ around words`,
      )
    }
    if (id === '') return []
    if (isConversation(id))
      throw badLine(line, 'names a channel or a chat, and a card can mention people alone', mentionForm.rule)
    if (!isPerson(id)) throw badLine(line, 'does not name a person', mentionForm.rule)
    return [{ name, id }]
  })
}

/** Without lines that are a separator alone, such as `$(name) | $(address)` where both variables are empty. */
function withSubstance(lines: readonly NumberedLine[], { separator }: LineForm): readonly NumberedLine[] {
  return lines.filter(({ text }) => text !== separator)
}

function split(line: NumberedLine, form: LineForm): readonly [string, string] {
  const { separator, splitsAt, rule } = form
  const at = splitsAt === 'first' ? line.text.indexOf(separator) : line.text.lastIndexOf(separator)
  if (at < 0) throw badLine(line, `has no "${separator}"`, rule)
  const parts = [cleanText(line.text.slice(0, at)), cleanText(line.text.slice(at + 1))] as const
  if (parts[0] === '') throw badLine(line, `has nothing before "${separator}"`, rule)
  return parts
}

function parseAddress(line: NumberedLine, address: string): string {
  if (!URL.canParse(address)) throw badLine(line, 'has an address that is not a URL', 'Give one with https://')
  const url = new URL(address)
  if (!isSafeAddress(url)) {
    throw badLine(line, `has an address that is ${url.protocol.slice(0, -1)}, not https`, 'Give one with https://')
  }
  return url.href
}

/** A user principal name, or an Entra object id. */
function isPerson(id: string): boolean {
  return /^[^\s@|]+@[^\s@|]+$/.test(id) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
}

/** The id of a channel or a chat in Teams has the form of an address. */
function isConversation(id: string): boolean {
  return /^\d+:|@thread\.\w+$/i.test(id)
}

function badLine({ text, number }: NumberedLine, problem: string, rule: string): InvalidValue {
  return new InvalidValue(`${problem}: "${cut(text, longestQuote)}"`, rule, { line: number })
}

function shortenDigests(value: string): string {
  return value.replaceAll(/\bsha256:[0-9a-f]{64}\b/g, (digest) => (isDigest(digest) ? shortDigest(digest) : digest))
}

/** `2026-11-26T04:02:17.000Z` as people write it. */
function formatInstant(value: string): string {
  return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC')
}

/** A change of which one side is unknown, or which changes nothing, is just a value. */
function tidyChange(value: string): string {
  const sides = value.split('→').map((side) => side.trim())
  if (sides.length !== 2) return value
  return [...new Set(sides)].filter((side) => side !== '').join(' → ')
}
