import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import type { ScalarNode } from './yaml-tree.ts'

/** A piece of a scalar: text as it stands, or the inside of `${{ }}`. */
export type TextPart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly text: string }

/** Cuts a scalar at its `${{ }}`; a `}}` between single quotes does not close the expression. */
export function splitText(text: string, at: Position): TextPart[] {
  const parts: TextPart[] = []
  let offset = 0
  for (;;) {
    const start = text.indexOf('${{', offset)
    if (start > offset || start === -1) {
      const plain = text.slice(offset, start === -1 ? text.length : start)
      if (plain !== '') parts.push({ kind: 'text', text: plain })
    }
    if (start === -1) return parts
    const end = endOfExpression(text, start + 3)
    if (end === undefined) throw new PipelineError(at, `The expression is not closed: ${text.slice(start)}`)
    parts.push({ kind: 'expression', text: text.slice(start + 3, end).trim() })
    offset = end + 2
  }
}

function endOfExpression(text: string, start: number): number | undefined {
  let isQuoted = false
  for (let offset = start; offset < text.length; offset++) {
    if (text[offset] === "'") isQuoted = !isQuoted
    else if (!isQuoted && text.startsWith('}}', offset)) return offset
  }
  return undefined
}

/** What a key or item such as `${{ if eq(a, b) }}` asks for. */
export type Directive =
  | { readonly kind: 'if' | 'elseif'; readonly condition: string }
  | { readonly kind: 'else' }
  | { readonly kind: 'insert' }
  | { readonly kind: 'each'; readonly variable: string; readonly collection: string }

/** Reads a key as a directive; an ordinary key is none. */
export function readDirective(key: ScalarNode): Directive | undefined {
  const parts = splitText(key.text, key.at)
  const [part] = parts
  if (part?.kind !== 'expression' || parts.length > 1) return undefined
  const [, keyword, rest = ''] = /^(if|elseif|else|each|insert)\b(?!\()\s*([^]*)$/.exec(part.text) ?? []
  switch (keyword) {
    case 'if':
    case 'elseif':
      if (rest === '') throw parameterCountError(key, keyword, 1, 0)
      return { kind: keyword, condition: rest }
    case 'else':
      assertAlone(key, keyword, rest)
      return { kind: keyword }
    case 'insert':
      assertAlone(key, keyword, rest)
      return { kind: keyword }
    case 'each':
      return readEach(key, rest)
    case undefined:
    default:
      return undefined
  }
}

function assertAlone(key: ScalarNode, directive: string, rest: string): void {
  if (rest !== '') throw parameterCountError(key, directive, 0, rest.split(/\s+/).length)
}

function readEach(key: ScalarNode, rest: string): Directive {
  const [, variable, collection] = /^([A-Za-z_][\w-]*)\s+in\s+([^]+)$/.exec(rest) ?? []
  if (variable === undefined || collection === undefined) {
    throw parameterCountError(key, 'each', 3, rest.split(/\s+/).length)
  }
  return { kind: 'each', variable: variable.toLowerCase(), collection }
}

function parameterCountError(key: ScalarNode, directive: string, expected: number, actual: number): PipelineError {
  return new PipelineError(
    key.at,
    `Exactly ${String(expected)} parameter(s) were expected following the directive '${directive}'. Actual parameter count: ${String(actual)}`,
  )
}
