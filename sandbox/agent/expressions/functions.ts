import { areEqual, compare } from './compare.ts'
import { toJson } from './json.ts'
import type { Arity } from './parser.ts'
import type { Value } from './values.ts'
import { arrayOf, itemsOf, toBoolean, toNumber, toText, tryText } from './values.ts'

/** A function of the language; it asks for the values of the arguments it needs. */
export interface LanguageFunction extends Arity {
  readonly call: (values: readonly (() => Value)[]) => Value
}

/** Functions by their lower-case names. */
export type FunctionTable = ReadonlyMap<string, LanguageFunction>

/** The functions that every kind of expression knows. */
export const commonFunctions: FunctionTable = new Map(
  Object.entries({
    and: lazy(2, Infinity, (values) => values.every((value) => toBoolean(value()))),
    or: lazy(2, Infinity, (values) => values.some((value) => toBoolean(value()))),
    not: eager(1, 1, ([value]) => !toBoolean(value)),
    xor: eager(2, 2, ([left, right]) => toBoolean(left) !== toBoolean(right)),
    eq: eager(2, 2, ([left, right]) => areEqual(left, right)),
    ne: eager(2, 2, ([left, right]) => !areEqual(left, right)),
    lt: eager(2, 2, ([left, right]) => compare(left, right) < 0),
    le: eager(2, 2, ([left, right]) => compare(left, right) <= 0),
    gt: eager(2, 2, ([left, right]) => compare(left, right) > 0),
    ge: eager(2, 2, ([left, right]) => compare(left, right) >= 0),
    in: eager(2, Infinity, ([value, ...others]) => others.some((other) => areEqual(value, other))),
    notin: eager(2, Infinity, ([value, ...others]) => !others.some((other) => areEqual(value, other))),
    contains: eager(2, 2, (values) => compareFolded(values, (text, part) => text.includes(part))),
    startswith: eager(2, 2, (values) => compareFolded(values, (text, part) => text.startsWith(part))),
    endswith: eager(2, 2, (values) => compareFolded(values, (text, part) => text.endsWith(part))),
    containsvalue: eager(2, 2, ([collection, value]) => itemsOf(collection).some((item) => areEqual(item, value))),
    coalesce: eager(1, Infinity, (values) => values.find((value) => tryText(value) !== '') ?? ''),
    join: eager(2, 2, ([separator, items]) => join(toText(separator), items)),
    split: eager(2, 2, ([text, separator]) => split(toText(text), toText(separator))),
    format: eager(1, Infinity, ([pattern, ...values]) => format(toText(pattern), values)),
    lower: eager(1, 1, ([text]) => toText(text).toLowerCase()),
    upper: eager(1, 1, ([text]) => toText(text).toUpperCase()),
    trim: eager(1, 1, ([text]) => toText(text).trim()),
    replace: eager(3, 3, ([text, part, other]) => replace(toText(text), toText(part), toText(other))),
    length: eager(1, 1, ([value]) => lengthOf(value)),
    iif: eager(3, 3, ([condition, yes, no]) => (toBoolean(condition) ? yes : no)),
    converttojson: eager(1, 1, ([value]) => toJson(value)),
  }),
)

function lazy(least: number, most: number, call: LanguageFunction['call']): LanguageFunction {
  return { least, most, call }
}

/** A function that needs the values of all its arguments. */
export function eager(least: number, most: number, call: (values: readonly Value[]) => Value): LanguageFunction {
  return { least, most, call: (values) => call(values.map((value) => value())) }
}

function compareFolded(values: readonly Value[], holds: (text: string, part: string) => boolean): boolean {
  const [text, part] = values.map((value) => toText(value).toUpperCase())
  return holds(text ?? '', part ?? '')
}

function join(separator: string, items: Value): string {
  if (typeof items !== 'object' || items.kind !== 'array') return tryText(items) ?? ''
  return items.items.map((item) => tryText(item) ?? '').join(separator)
}

function split(text: string, separator: string): Value {
  if (separator.length !== 1) throw new Error('The local agent splits at one single character only')
  return arrayOf(text.split(separator))
}

function replace(text: string, part: string, other: string): string {
  if (part === '') throw new Error('The text to replace must not be empty')
  return text.replaceAll(part, () => other)
}

function lengthOf(value: Value): number {
  if (typeof value === 'object' && value.kind !== 'version') return itemsOf(value).length
  return toText(value).length
}

/** `{0}` is the first value; `{{` and `}}` are braces. */
function format(pattern: string, values: readonly Value[]): string {
  return pattern.replace(/\{\{|\}\}|\{(\d+)\}|[{}]/g, (part, index?: string) => {
    if (part === '{{') return '{'
    if (part === '}}') return '}'
    if (index === undefined) throw new Error(`The following format string is invalid: ${pattern}`)
    if (toNumber(index) >= values.length) {
      throw new Error(`The following format string references more arguments than were supplied: ${pattern}`)
    }
    return toText(values[toNumber(index)])
  })
}
