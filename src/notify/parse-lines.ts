import { isDigest, shortDigest } from '../model/digest.ts'
import { InputError } from '../model/input-error.ts'
import { isSafeAddress } from './is-safe-address.ts'
import type { Button, Fact, Mention } from './message.ts'

/** A line of a form's field, counted from 1. */
export interface Line {
  readonly text: string
  readonly number: number
}

/**
 * Reads lines of `Name: value`; throws InputError. A line without a value is a variable that is empty, and says nothing.
 * Digests become short, and of `10.0.13 → 10.0.14` stays what there is.
 */
export function parseFacts(lines: readonly Line[]): Fact[] {
  return lines.flatMap((line) => {
    const [name, rest] = split(line, ':', 'facts', 'Write it as Name: value.')
    const value = tidyChange(shortenDigests(rest))
    return value === '' ? [] : [{ name, value }]
  })
}

/** Reads lines of `Title | https://...`; throws InputError. A line without an address is left out. */
export function parseButtons(lines: readonly Line[]): Button[] {
  return lines.flatMap((line) => {
    const [title, address] = split(line, '|', 'buttons', 'Write it as Title | https://...')
    return address === '' ? [] : [{ title, url: parseAddress(line, address) }]
  })
}

/** Reads lines of `Name | user@example.com`; throws InputError. A line without an address is left out. */
export function parseMentions(lines: readonly Line[]): Mention[] {
  return lines.flatMap((line) => {
    const [name, id] = split(line, '|', 'mentions', 'Write it as Name | user@example.com.')
    if (/[<>]/.test(name)) throw badLine(line, 'mentions', 'with a name that Teams cannot show', 'Leave out < and >.')
    return id === '' ? [] : [{ name, id }]
  })
}

function split(line: Line, separator: string, input: string, advice: string): readonly [string, string] {
  const at = line.text.indexOf(separator)
  if (at < 0) throw badLine(line, input, `without "${separator}"`, advice)
  const parts = [line.text.slice(0, at).trim(), line.text.slice(at + 1).trim()] as const
  if (parts[0] === '') throw badLine(line, input, `with nothing before "${separator}"`, advice)
  return parts
}

function parseAddress(line: Line, address: string): string {
  if (!URL.canParse(address)) throw badLine(line, 'buttons', 'whose address is none', 'Give one with https://.')
  const url = new URL(address)
  if (!isSafeAddress(url)) {
    throw badLine(line, 'buttons', `whose address starts with ${url.protocol}`, 'Give one with https://.')
  }
  return url.href
}

function badLine({ text, number }: Line, input: string, problem: string, advice: string): InputError {
  return new InputError(input, `has a line ${String(number)} ${problem}: "${text}". ${advice}`)
}

function shortenDigests(value: string): string {
  return value.replaceAll(/\bsha256:[0-9a-f]{64}\b/g, (digest) => (isDigest(digest) ? shortDigest(digest) : digest))
}

/** A change of which one side is unknown, or which changes nothing, is just a value. */
function tidyChange(value: string): string {
  const sides = value
    .split('→')
    .map((side) => side.trim())
    .filter((side) => side !== '')
  return [...new Set(sides)].join(' → ')
}
