import { printable } from './printable.ts'

/** Markdown for the run's page, in which all that others wrote is text. Only the functions of this file make it. */
export type Markdown = string & { readonly brand: 'Markdown' }

/** Characters of one value; what is above is cut. */
const longestValue = 1000

/** A value as text: nothing in it is Markdown or HTML, or becomes a link. https://spec.commonmark.org/0.31.2/#backslash-escapes */
export function text(value: string): Markdown {
  const escaped = shown(value)
    .replaceAll(/[\\`*_{}[\]|#~!&@]/g, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('://', String.raw`\://`)
    .replaceAll(/www(?=\.)/gi, '$&\\')
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\')
  return escaped as Markdown
}

/** A value as it is written, for a cell of a table; a backtick would end it and becomes an apostrophe. */
export function code(value: string): Markdown {
  const written = shown(value)
    .replaceAll('`', "'")
    .replaceAll('|', String.raw`\|`)
  // A backslash before the cell's end would let the cell go on.
  return (written === '' ? '' : `\`${written.replace(/\\$/, '\\ ')}\``) as Markdown
}

export function strong(content: Markdown): Markdown {
  return `**${content}**` as Markdown
}

/** A link to an address that is this product's own. */
export function link(label: string, address: string): Markdown {
  const target = shown(address).replaceAll(/[\s()<>|\\]/g, encodeURIComponent)
  return `[${text(label)}](${target})` as Markdown
}

/** What is there, with blanks or something else between; an empty part is left out. */
export function inline(parts: readonly Markdown[], separator: ' ' | ', ' | ': ' | '' = ' '): Markdown {
  return parts.filter((part) => part !== '').join(separator) as Markdown
}

export function heading(level: 3 | 4, content: Markdown): Markdown {
  return `${'#'.repeat(level)} ${content}` as Markdown
}

/** A table; columns of numbers are aligned to the right. */
export function table(columns: readonly Column[], rows: readonly (readonly Markdown[])[]): Markdown {
  const titles = columns.map((column) => (typeof column === 'string' ? column : column.number))
  const rule = columns.map((column) => (typeof column === 'string' ? '---' : '---:')).join('|')
  const head = columns.every((column) => column === '') ? `|${' |'.repeat(columns.length)}` : line(titles)
  return [head, `|${rule}|`, ...rows.map(line)].join('\n') as Markdown
}

/** A column's title. */
export type Column = string | { readonly number: string }

/** Lines that people copy, such as those of a Dockerfile. */
export function fence(language: string, lines: readonly string[]): Markdown {
  const written = lines.map((line) => shown(line).replaceAll('`', "'"))
  return ['```' + language, ...written, '```'].join('\n') as Markdown
}

/** One below the other, with an empty line between, and a line end behind the last. */
export function page(parts: readonly Markdown[]): Markdown {
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n` as Markdown
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function shown(value: string): string {
  const whole = printable(value).trim()
  return whole.length <= longestValue ? whole : `${whole.slice(0, longestValue - 1)}…`
}
