import type { Punctuation, Token } from './lexer.ts'
import { ExpressionError, tokenize } from './lexer.ts'
import type { Value } from './values.ts'

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly target: Expression; readonly key: Expression | 'every' }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }

/** The names an expression may use, in lower case. */
export interface Vocabulary {
  readonly names: ReadonlySet<string>
  readonly functions: ReadonlyMap<string, Arity>
}

export interface Arity {
  readonly least: number
  readonly most: number
}

const maximumDepth = 50

/** Parses one expression without its `${{ }}` or `$[ ]`; throws {@link ExpressionError}. */
export function parseExpression(text: string, vocabulary: Vocabulary): Expression {
  const parser = new Parser(text, vocabulary)
  return parser.parse()
}

class Parser {
  readonly #text: string
  readonly #vocabulary: Vocabulary
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string, vocabulary: Vocabulary) {
    this.#text = text
    this.#vocabulary = vocabulary
    this.#tokens = tokenize(text)
  }

  parse(): Expression {
    const expression = this.#value(1)
    const left = this.#tokens[this.#next]
    if (left !== undefined) throw this.#unexpected(left)
    return expression
  }

  #value(depth: number): Expression {
    const token = this.#take()
    if (depth > maximumDepth) {
      throw new ExpressionError(
        `The expression is nested deeper than ${String(maximumDepth)}`,
        this.#text,
        token.offset,
      )
    }
    let value = this.#primary(token, depth)
    while (value.kind !== 'literal') {
      if (this.#accept('.')) value = { kind: 'index', target: value, key: this.#property() }
      else if (this.#accept('[')) value = { kind: 'index', target: value, key: this.#subscript(depth) }
      else break
    }
    return value
  }

  #primary(token: Token, depth: number): Expression {
    if (token.kind === 'literal') return { kind: 'literal', value: token.value }
    if (token.kind === 'punctuation') throw this.#unexpected(token)
    if (this.#accept('(')) return this.#call(token, depth)

    const name = token.text.toLowerCase()
    if (!this.#vocabulary.names.has(name)) throw this.#problem(`Unrecognized named-value: '${token.text}'`, token)
    return { kind: 'name', name }
  }

  #call(token: Token, depth: number): Expression {
    const name = token.text.toLowerCase()
    const arity = this.#vocabulary.functions.get(name)
    if (arity === undefined) throw this.#problem(`Unrecognized function: '${token.text}'`, token)

    const parameters: Expression[] = []
    if (!this.#accept(')')) {
      do parameters.push(this.#value(depth + 1))
      while (this.#accept(','))
      this.#expect(')')
    }
    if (parameters.length < arity.least) throw this.#problem(`Too few parameters supplied to '${token.text}'`, token)
    if (parameters.length > arity.most) throw this.#problem(`Too many parameters supplied to '${token.text}'`, token)
    return { kind: 'call', name, arguments: parameters }
  }

  #property(): Expression | 'every' {
    if (this.#accept('*')) return 'every'
    const token = this.#take()
    if (token.kind !== 'name') throw this.#unexpected(token)
    return { kind: 'literal', value: token.text }
  }

  #subscript(depth: number): Expression | 'every' {
    const key = this.#accept('*') ? 'every' : this.#value(depth + 1)
    this.#expect(']')
    return key
  }

  #accept(punctuation: Punctuation): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'punctuation' || token.text !== punctuation) return false
    this.#next++
    return true
  }

  #expect(punctuation: Punctuation): void {
    if (this.#accept(punctuation)) return
    throw this.#unexpected(this.#take())
  }

  #take(): Token {
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw new ExpressionError('Unexpected end of expression', this.#text, this.#text.length)
    return token
  }

  #unexpected(token: Token): ExpressionError {
    return this.#problem(`Unexpected symbol: '${token.text}'`, token)
  }

  #problem(problem: string, token: Token): ExpressionError {
    return new ExpressionError(problem, this.#text, token.offset)
  }
}
