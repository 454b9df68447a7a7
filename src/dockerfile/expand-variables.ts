import { replacePart, trimEnd, trimStart } from './match-pattern.ts'
import type { Escape } from './parsed-dockerfile.ts'
import { isSpace } from './spaces.ts'

/** The value of a variable, or undefined where it has none. */
export type Variables = (name: string) => string | undefined

/**
 * A word that cannot be expanded. No builder takes a `malformed` one. An `unknown` one has no value here, but may have one
 * with other values of its variables. The message continues "Line 3 of the Dockerfile".
 */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError'
  readonly kind: 'malformed' | 'unknown'

  constructor(kind: ExpansionError['kind'], problem: string) {
    super(problem)
    this.kind = kind
  }
}

/** A text that is being read. */
interface Reading {
  readonly text: string
  readonly escape: Escape
  readonly variables: Variables
  /** Whether quotes stay. */
  readonly keepsQuotes: boolean
  /** Whether variables without value stay as they are written. */
  readonly keepsUnset: boolean
  position: number
  depth: number
  /** How many braces with a word in them were read. */
  braces: number
}

/** Nobody nests deeper by hand; each level takes some of the stack. */
const deepest = 500
/** Beyond any image's name. A value that holds another one twice doubles with every line, and patterns take time. */
const longestValue = 1_024
const longestPattern = 128

/**
 * Takes quotes and escapes off a word and replaces its variables as the builder does: `$X`, `${X}`, `${X:-default}`,
 * `${X:+value}`, `${X:?needed}`, each of them also without the colon, and by patterns `${X#start}`, `${X%end}`,
 * `${X/part/other}`; all of it also nested. A variable without value is empty. Throws ExpansionError.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandVariables(text: string, variables: Variables, escape: Escape = '\\'): string {
  const kept = { keepsQuotes: false, keepsUnset: false }
  return readUntil({ text, escape, variables, ...kept, position: 0, depth: 0, braces: 0 }, undefined, false)
}

/**
 * Splits a text into the words that a shell would see; the space behind `<<` does not count. With `asWritten`, quotes
 * and escapes stay. Throws ExpansionError where a quote or a brace does not close.
 */
export function shellWords(text: string, { asWritten }: { readonly asWritten: boolean }): string[] {
  const kept = { keepsQuotes: asWritten, keepsUnset: true }
  const reading: Reading = { text, escape: '\\', variables: noVariables, ...kept, position: 0, depth: 0, braces: 0 }
  const words: string[] = []
  let word = ''
  while (reading.position < text.length) {
    const { position, braces } = reading
    const first = text.charAt(position)
    const part = first === '<' ? readAngles(reading) : readPart(reading, asWritten)
    // The builder forgets what it has of a word when it reads braces with a word of their own.
    if (reading.braces > braces) word = ''
    if (`"'<\\`.includes(first)) {
      word += part
      continue
    }
    for (const character of part) {
      if (!isSpace(character)) word += character
      else if (word !== '') {
        words.push(word)
        word = ''
      }
    }
  }
  return word === '' ? words : [...words, word]
}

const noVariables: Variables = () => undefined

/** Reads up to a character that stands outside of quotes, and past it; without one, to the end. */
function readUntil(reading: Reading, stop: string | undefined, keepsEscapes: boolean): string {
  const { text } = reading
  if (++reading.depth > deepest) throw new ExpansionError('unknown', 'nests variables too deep')
  let result = ''
  while (reading.position < text.length) {
    if (text[reading.position] === stop) {
      reading.position++
      reading.depth--
      return result
    }
    result += readPart(reading, keepsEscapes)
    if (reading.keepsUnset || result.length <= longestValue) continue
    throw new ExpansionError('unknown', 'makes a value that is too long')
  }
  if (stop !== undefined) throw unclosed(stop)
  reading.depth--
  return result
}

/** Reads one character, or what belongs together: a variable, a part in quotes, an escape and what it escapes. */
function readPart(reading: Reading, keepsEscapes: boolean): string {
  const { text, escape, position } = reading
  const character = text.charAt(position)
  if (character === '$') return readVariable(reading)
  if (character === '"' || character === "'") return readQuoted(reading, keepsEscapes)
  if (character !== escape) {
    reading.position++
    return character
  }
  reading.position += 2
  return text.slice(keepsEscapes ? position : position + 1, position + 2)
}

/** Reads a part in quotes: single ones keep everything, in double ones variables count. */
function readQuoted(reading: Reading, keepsEscapes: boolean): string {
  const { text, escape, keepsQuotes } = reading
  const quote = text.charAt(reading.position++)
  let result = keepsQuotes ? quote : ''
  while (reading.position < text.length) {
    const character = text.charAt(reading.position)
    if (character === quote) {
      reading.position++
      return keepsQuotes ? result + quote : result
    }
    if (quote === '"' && character === '$') {
      result += readVariable(reading)
      continue
    }
    reading.position++
    if (quote === "'" || character !== escape) {
      result += character
      continue
    }
    if (keepsEscapes) result += escape
    const next = text.charAt(reading.position)
    if (next === '') break
    const isEscapable = next === '"' || next === '$' || next === escape
    result += isEscapable ? next : escape
    if (isEscapable) reading.position++
  }
  throw unclosed(quote)
}

/** `<<` takes the spaces behind it into its word. */
function readAngles(reading: Reading): string {
  const { text, position } = reading
  reading.position++
  if (text[position + 1] === '<') {
    do reading.position++
    while (['\t', '\r', ' '].includes(text.charAt(reading.position)))
  }
  return text.slice(position, reading.position)
}

function readVariable(reading: Reading): string {
  reading.position++
  if (reading.text[reading.position] === '{') return readBraced(reading)
  const name = readName(reading)
  if (name === '') return '$'
  return reading.variables(name) ?? (reading.keepsUnset ? `$${name}` : '')
}

const namePattern = /\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*/uy

/** A name: letters, digits and `_`, or only digits where it begins with one, or one of the shell's own characters. */
function readName(reading: Reading): string {
  namePattern.lastIndex = reading.position
  const [found = ''] = namePattern.exec(reading.text) ?? []
  reading.position += found.length
  return found
}

function readBraced(reading: Reading): string {
  const first = reading.text.charAt(++reading.position)
  if (first === '') throw unclosed('}')
  if ('{}:'.includes(first)) throw new ExpansionError('malformed', 'has ${} without a name')
  const name = readName(reading)
  const value = reading.variables(name)
  const [operator = ''] = /^(?::?.)?/s.exec(reading.text.slice(reading.position, reading.position + 2)) ?? []
  reading.position += operator.length
  if (operator !== '}') reading.braces++
  const isKept = reading.keepsUnset && value === undefined
  switch (operator) {
    case '}':
      return value ?? (isKept ? `\${${name}}` : '')
    case '/': {
      const each = reading.text[reading.position] === '/'
      if (each) reading.position++
      const pattern = readUntil(reading, '/', true)
      const by = readUntil(reading, '}', true)
      if (isKept) return `\${${name}/${pattern}/${by}}`
      return requirePattern(replacePart(value ?? '', requireShort(pattern), { by, each }))
    }
    case '#':
    case '%': {
      const word = readUntil(reading, '}', true)
      if (isKept) return `\${${name}${operator}${word}}`
      const greedy = word.startsWith(operator)
      const pattern = requireShort(greedy ? word.slice(1) : word)
      return requirePattern((operator === '#' ? trimStart : trimEnd)(value ?? '', pattern, greedy))
    }
    case '+':
    case '-':
    case '?':
    case ':+':
    case ':-':
    case ':?': {
      const word = readUntil(reading, '}', false)
      return isKept ? `\${${name}${operator}${word}}` : choose({ value, operator, word })
    }
    default:
      throw new ExpansionError('malformed', 'has ${...} with an unknown operator after the name')
  }
}

/** With a colon, an empty value counts as none. */
function choose({ value, operator, word }: { value: string | undefined; operator: string; word: string }): string {
  const counts = value !== undefined && (value !== '' || !operator.startsWith(':'))
  switch (operator.replace(':', '')) {
    case '+':
      return counts ? word : ''
    case '-':
      return counts ? value : word
    default:
      if (counts) return value
      throw new ExpansionError('unknown', 'has ${} with "?" whose variable has no value')
  }
}

/** Patterns are compared part by part with a value: this bounds how long that may take. */
function requireShort(pattern: string): string {
  if (pattern.length <= longestPattern) return pattern
  throw new ExpansionError('unknown', 'has ${} with a pattern that is too long')
}

function requirePattern(changed: string | undefined): string {
  if (changed !== undefined) return changed
  throw new ExpansionError('malformed', 'has ${} with a pattern that escapes what needs no escape')
}

function unclosed(stop: string): ExpansionError {
  const names: Readonly<Record<string, string>> = { '"': 'a double quote', "'": 'a single quote', '/': '${X/' }
  return new ExpansionError('malformed', `has ${names[stop] ?? 'a brace'} that does not close`)
}
