import type { Position } from '../position.ts'

/** What an expression evaluates to; `undefined` is the language's Null. */
export type Value = undefined | boolean | number | string | VersionValue | ArrayValue | ObjectValue

/** `1.2.3` or `1.2.3.4`. */
export interface VersionValue {
  readonly kind: 'version'
  readonly parts: readonly number[]
}

export interface ArrayValue {
  readonly kind: 'array'
  readonly items: readonly Value[]
  /** Where it was written, so that errors and relative paths keep their origin. */
  readonly at?: Position
}

export interface ObjectValue {
  readonly kind: 'object'
  readonly entries: ReadonlyMap<string, Value>
  readonly at?: Position
}

export type Kind = 'Null' | 'Boolean' | 'Number' | 'String' | 'Version' | 'Array' | 'Object'

/** A cast that the language does not define, where it is not simply "not equal". */
export class CastError extends Error {
  constructor(value: Value, to: Kind) {
    super(`Unable to convert from ${kindOf(value)} to ${to}. Value: ${describe(value)}`)
    this.name = 'CastError'
  }
}

export function kindOf(value: Value): Kind {
  if (value === undefined) return 'Null'
  if (typeof value === 'boolean') return 'Boolean'
  if (typeof value === 'number') return 'Number'
  if (typeof value === 'string') return 'String'
  if (value.kind === 'version') return 'Version'
  return value.kind === 'array' ? 'Array' : 'Object'
}

export function arrayOf(items: readonly Value[]): ArrayValue {
  return { kind: 'array', items }
}

export function objectOf(entries: Readonly<Record<string, Value>>): ObjectValue {
  return { kind: 'object', entries: new Map(Object.entries(entries)) }
}

/** The property of that name, whatever its case; Null when there is none. */
export function propertyOf(object: ObjectValue, name: string): Value {
  const exact = object.entries.get(name)
  if (exact !== undefined) return exact
  const wanted = name.toLowerCase()
  for (const [key, value] of object.entries) if (key.toLowerCase() === wanted) return value
  return undefined
}

/** The items of an array, the values of an object, nothing for the rest. */
export function itemsOf(value: Value): readonly Value[] {
  if (typeof value !== 'object' || value.kind === 'version') return []
  return value.kind === 'array' ? value.items : [...value.entries.values()]
}

export function toBoolean(value: Value): boolean {
  return typeof value === 'object' || Boolean(value)
}

/** Casts to text: `True`, `1.5`, `1.2.3`; Null is the empty text. Arrays and objects have no text. */
export function toText(value: Value): string {
  const text = tryText(value)
  if (text === undefined) throw new CastError(value, 'String')
  return text
}

export function tryText(value: Value): string | undefined {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return formatNumber(value)
  return value.kind === 'version' ? value.parts.join('.') : undefined
}

export function toNumber(value: Value): number {
  const number = tryNumber(value)
  if (number === undefined) throw new CastError(value, 'Number')
  return number
}

export function tryNumber(value: Value): number | undefined {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? parseNumber(value) : undefined
}

/** Reads `-1,000.5` with blanks around it; the empty text is 0. */
function parseNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return 0
  if (!/^[+-]?(\d[\d,]*\.?\d*|\.\d+)$/.test(trimmed)) return undefined
  return Number(trimmed.replaceAll(',', ''))
}

export function tryVersion(value: Value): VersionValue | undefined {
  if (typeof value === 'object' && value.kind === 'version') return value
  if (typeof value === 'number') return parseVersion(formatNumber(value))
  return typeof value === 'string' ? parseVersion(value) : undefined
}

/** Reads two to four numbers with dots between them. */
export function parseVersion(text: string): VersionValue | undefined {
  if (!/^\d+(\.\d+){1,3}$/.test(text)) return undefined
  return { kind: 'version', parts: text.split('.').map(Number) }
}

/** .NET's `G15` in the invariant culture: `1.5`, `1000`, `1E+15`, `1E-05`. */
function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(15))
  if (rounded === 0) return '0'
  const [mantissa = '', exponentText = ''] = rounded.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < 15 && exponent > -5) return String(rounded)
  return `${mantissa}E${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function describe(value: Value): string {
  return tryText(value) ?? kindOf(value)
}
