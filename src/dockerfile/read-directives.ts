import type { Place } from './logical-line.ts'
import type { Directive, Escape, Problem } from './parsed-dockerfile.ts'
import { skipSpaces, trimSpaces } from './spaces.ts'

export interface Directives {
  readonly directives: readonly Directive[]
  readonly escape: Escape
  readonly problem?: Problem
}

const known: ReadonlySet<string> = new Set(['syntax', 'escape', 'check'])

/**
 * Reads the directives at the top of a Dockerfile, such as `# escape=`. The first line that is none ends them, also a
 * comment and a directive that nobody knows. https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export function readDirectives(text: string): Directives {
  const directives: Directive[] = []
  let escape: Escape = '\\'
  for (const { name, value, line } of topDirectives(text, 0, (start, end) => skipSpaces(text, start, end))) {
    if (directives.some((each) => each.name === name)) {
      return { directives, escape, problem: { line, problem: `has # ${name}= a second time` } }
    }
    directives.push({ name, value, line })
    if (name !== 'escape') continue
    if (value !== '\\' && value !== '`') {
      return { directives, escape, problem: { line, problem: 'sets # escape= to neither a backslash nor a backtick' } }
    }
    escape = value
  }
  return { directives, escape }
}

/**
 * The image that `# syntax=` names. The builder looks for it before it reads the file, and then a `#!` line may stand
 * before it, but no space before its `#`. What follows behind a space is for that image.
 */
export function readSyntax(text: string): (Place & { readonly written: string }) | undefined {
  const start = text.startsWith('\uFEFF') ? 1 : 0
  const isScript = text.startsWith('#!', start)
  const from = isScript ? text.indexOf('\n', start) + 1 : start
  if (isScript && from === 0) return undefined
  const seen = new Set<string>()
  for (const { name, value, line, offset } of topDirectives(text, from, (first) => first)) {
    if (seen.has(name)) return undefined
    seen.add(name)
    if (name !== 'syntax') continue
    const [written = ''] = value.split(' ')
    return { written, line: line + (isScript ? 1 : 0), start: offset, end: offset + written.length, breaks: '' }
  }
  return undefined
}

type Top = Directive & { readonly offset: number }

/** The lines at the top of a text that are directives; `contentOf` says where a line's content begins. */
function* topDirectives(
  text: string,
  from: number,
  contentOf: (start: number, end: number) => number,
): Generator<Top, void> {
  let start = from === 0 && text.startsWith('\uFEFF') ? 1 : from
  for (let line = 1; start < text.length; line++) {
    const lineEnd = text.indexOf('\n', start)
    const end = lineEnd === -1 ? text.length : lineEnd
    const content = contentOf(start, end)
    if (text[content] !== '#') return
    const words = skipSpaces(text, content + 1, end)
    const [, written = '', gap = '', value = ''] =
      /^([a-zA-Z][a-zA-Z0-9]*)([\t\f\r ]*=[\t\f\r ]*)([^\t\f\r ].*)$/s.exec(text.slice(words, end)) ?? []
    const name = written.toLowerCase()
    if (!known.has(name)) return
    const offset = words + written.length + gap.length
    yield { name, value: value.slice(0, trimSpaces(value, 0, value.length)), line, offset }
    start = end + 1
  }
}
