import { changeByPattern } from './change-by-pattern.ts'

/** The value of a variable, or undefined where it has none. */
export type Variables = (name: string) => string | undefined

/** What came of an expansion: a text, or the name of the first variable that has no value. */
export type Expansion = { readonly text: string } | { readonly unresolved: string }

const braced = /^\$\{([A-Za-z_]\w*)/
const plain = /^\$([A-Za-z_]\w*)/

/**
 * Replaces variables as a Dockerfile's FROM does: `$X`, `${X}`, `${X:-default}`, `${X:+value}`, `${X:?needed}`, each of
 * them also without the colon, and by patterns `${X#start}`, `${X%end}`, `${X/part/other}`; all of it also nested. Any
 * other form counts as unresolved.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandVariables(text: string, variables: Variables): Expansion {
  let expanded = ''
  let position = 0
  while (position < text.length) {
    const rest = text.slice(position)
    if (rest.startsWith('\\') && rest.length > 1) {
      expanded += rest.slice(1, 2)
      position += 2
      continue
    }
    if (!rest.startsWith('$')) {
      expanded += rest.slice(0, 1)
      position += 1
      continue
    }
    const part = expandOne(rest, variables)
    if ('unresolved' in part) return part
    expanded += part.text
    position += part.length
  }
  return { text: expanded }
}

/** Expands the variable at the start of `text`; `length` is how many characters it took. */
function expandOne(text: string, variables: Variables): { text: string; length: number } | { unresolved: string } {
  const [simple, simpleName] = plain.exec(text) ?? []
  if (simple !== undefined && simpleName !== undefined) {
    const value = variables(simpleName)
    return value === undefined ? { unresolved: simpleName } : { text: value, length: simple.length }
  }

  const [opening, name] = braced.exec(text) ?? []
  const end = closingBrace(text)
  if (opening === undefined || name === undefined || end === -1) return { unresolved: text }

  const result = expandModified(name, text.slice(opening.length, end), variables)
  return 'unresolved' in result ? result : { text: result.text, length: end + 1 }
}

/** What `${NAME<modifier>}` stands for. */
function expandModified(name: string, modifier: string, variables: Variables): Expansion {
  const value = variables(name)
  const [, colon, operator, word = ''] = /^(:?)([-+?])([\s\S]*)$/.exec(modifier) ?? []
  const counts = value !== undefined && (colon === '' || value !== '')
  if (operator === '+') return counts ? expandVariables(word, variables) : { text: '' }
  if (operator === '-' && !counts) return expandVariables(word, variables)
  if (value === undefined || (operator === '?' && !counts)) return { unresolved: name }
  if (operator !== undefined || modifier === '') return { text: value }

  // Of a pattern, backslashes belong to it.
  const pattern = modifier.includes('\\') ? { text: modifier } : expandVariables(modifier, variables)
  if ('unresolved' in pattern) return pattern
  const text = pattern.text.includes('$') ? undefined : changeByPattern(value, pattern.text)
  return text === undefined ? { unresolved: name } : { text }
}

/** Where the brace that opens at position 1 closes, or -1. */
function closingBrace(text: string): number {
  let depth = 0
  for (let position = 1; position < text.length; position++) {
    if (text[position] === '{') depth++
    if (text[position] === '}' && --depth === 0) return position
  }
  return -1
}
