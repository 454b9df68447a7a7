/** The value of a variable, or undefined where it has none. */
export type Variables = (name: string) => string | undefined

/** What came of an expansion: a text, or the name of the first variable that has no value. */
export type Expansion = { readonly text: string } | { readonly unresolved: string }

const braced = /^\$\{([A-Za-z_]\w*)/
const plain = /^\$([A-Za-z_]\w*)/

/**
 * Replaces variables as a Dockerfile's FROM does: `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:+value}` and
 * `${X+value}`, also nested. Any other form, such as a pattern, counts as unresolved.
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

  const chosen = choose(text.slice(opening.length, end), variables(name))
  if (chosen === undefined) return { unresolved: name }
  const result = expandVariables(chosen, variables)
  return 'unresolved' in result ? result : { text: result.text, length: end + 1 }
}

/** What `${NAME<modifier>}` stands for, still to be expanded; undefined where it stands for nothing known. */
function choose(modifier: string, value: string | undefined): string | undefined {
  const escaped = value?.replaceAll(/[\\$]/g, String.raw`\$&`)
  const [, colon, operator, word = ''] = /^(:?)([-+])([\s\S]*)$/.exec(modifier) ?? []
  if (operator === undefined) return modifier === '' ? escaped : undefined

  const counts = value !== undefined && (colon === '' || value !== '')
  if (operator === '-') return counts ? escaped : word
  return counts ? word : ''
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
