import type { Value } from './values.ts'
import { parseVersion } from './values.ts'

/** An expression that is not one of the language; the message names the place within the expression. */
export class ExpressionError extends Error {
  constructor(problem: string, expression: string, offset: number) {
    super(`${problem}. Located at position ${String(offset + 1)} within expression: ${expression}`)
    this.name = 'ExpressionError'
  }
}

export type Punctuation = '(' | ')' | '[' | ']' | ',' | '.' | '*'

export type Token =
  | { readonly kind: 'literal'; readonly value: Value; readonly text: string; readonly offset: number }
  | { readonly kind: 'name'; readonly text: string; readonly offset: number }
  | { readonly kind: 'punctuation'; readonly text: Punctuation; readonly offset: number }

const maximumLength = 21_000

/** Cuts an expression into tokens; throws {@link ExpressionError} at what is none. */
export function tokenize(expression: string): Token[] {
  if (expression.length > maximumLength) {
    throw new ExpressionError(`The expression is longer than ${String(maximumLength)} characters`, expression, 0)
  }
  const tokens: Token[] = []
  let offset = skipBlanks(expression, 0)
  while (offset < expression.length) {
    const token = readToken(expression, offset, tokens.at(-1))
    tokens.push(token)
    offset = skipBlanks(expression, offset + token.text.length)
  }
  return tokens
}

function skipBlanks(expression: string, offset: number): number {
  let next = offset
  while (/\s/.test(expression.charAt(next))) next++
  return next
}

function readToken(expression: string, offset: number, previous: Token | undefined): Token {
  const rest = expression.slice(offset)
  if (rest.startsWith("'")) return readText(expression, offset)
  const [punctuation] = /^[()[\],*]/.exec(rest) ?? []
  if (punctuation !== undefined) return { kind: 'punctuation', text: punctuation as Punctuation, offset }
  if (rest.startsWith('.') && canBeFollowedByDot(previous)) return { kind: 'punctuation', text: '.', offset }

  const [word = ''] = /^[^\s()[\],*']+/.exec(rest) ?? []
  if (/^[A-Za-z_]/.test(word)) return readName(expression, offset, word, previous)
  const number = readNumber(word)
  if (number !== undefined) return { kind: 'literal', value: number, text: word, offset }
  throw new ExpressionError(`Unexpected symbol: '${word}'`, expression, offset)
}

/** A dot after a value accesses a property; anywhere else it starts a number such as `.5`. */
function canBeFollowedByDot(previous: Token | undefined): boolean {
  if (previous === undefined) return false
  return previous.kind === 'name' || [')', ']', '*'].includes(previous.text)
}

function readText(expression: string, offset: number): Token {
  const [text, body] = /^'((?:[^']|'')*)'/.exec(expression.slice(offset)) ?? []
  if (text === undefined || body === undefined) {
    throw new ExpressionError(`Unexpected symbol: '${expression.slice(offset)}'`, expression, offset)
  }
  return { kind: 'literal', value: body.replaceAll("''", "'"), text, offset }
}

function readName(expression: string, offset: number, word: string, previous: Token | undefined): Token {
  const [name = ''] = /^[\w-]+/.exec(word) ?? []
  const next = word.charAt(name.length)
  if (next !== '' && next !== '.') throw new ExpressionError(`Unexpected symbol: '${word}'`, expression, offset)
  const isProperty = previous?.text === '.'
  if (!isProperty && /^(true|false)$/i.test(name)) {
    return { kind: 'literal', value: name.toLowerCase() === 'true', text: name, offset }
  }
  return { kind: 'name', text: name, offset }
}

function readNumber(word: string): Value {
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return Number(word)
  return /^\d+(\.\d+){2,3}$/.test(word) ? parseVersion(word) : undefined
}
