import { checkInstructions } from './check-instructions.ts'
import { findHeredocs } from './find-heredocs.ts'
import type { LogicalLine } from './logical-line.ts'
import type { Escape, Heredoc, Instruction, ParsedDockerfile, Problem } from './parsed-dockerfile.ts'
import { readDirectives, readSyntax } from './read-directives.ts'
import { skipSpaces, trimSpaces } from './spaces.ts'
import { splitFlags } from './split-flags.ts'

/**
 * Takes a Dockerfile apart as the newest BuildKit does, in time that grows with its length alone. A file that no builder
 * takes is read as far as it goes, and says why in `problem`. Own code, since the libraries there are were made for
 * editors: they differ from the builder in heredocs, comments, escapes and quotes, some of them without a word.
 * https://github.com/moby/buildkit/tree/master/frontend/dockerfile/parser
 */
export function parseDockerfile(text: string): ParsedDockerfile {
  const { directives, escape, problem: inDirectives } = readDirectives(text)
  const syntax = readSyntax(text)
  const lines = splitLines(text)
  const { instructions, problem: inLines } = parseInstructions({ text, lines, escape, next: 0 })
  const found = [inDirectives, tooLong(lines, text), inLines, ...checkInstructions(instructions, escape)]
  const counts = (each: Problem | undefined) => each !== undefined && (!each.isUnknownWord || syntax === undefined)
  const first = found.filter(counts).reduce<Problem | undefined>((one, other) => {
    return one === undefined || (other?.line ?? Infinity) < (one.line ?? Infinity) ? other : one
  }, undefined)
  return { text, escape, directives, ...(syntax && { syntax }), instructions, ...(first && { problem: first }) }
}

interface Line {
  readonly start: number
  /** Without the line end. */
  readonly end: number
  /** Where the next line starts. */
  readonly next: number
}

interface Lines {
  readonly text: string
  readonly lines: readonly Line[]
  readonly escape: Escape
  /** The number of the line to be read next, counted from 0. */
  next: number
}

/** A carriage return alone ends no line. */
function splitLines(text: string): Line[] {
  const lines: Line[] = []
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    let end = found === -1 ? text.length : found
    const next = found === -1 ? text.length : found + 1
    while (end > start && text[end - 1] === '\r') end--
    lines.push({ start, end, next })
    start = next
  }
  return lines
}

/** As much as the builder takes. */
const longestLine = 65_535

function tooLong(lines: readonly Line[], text: string): Problem | undefined {
  const isLong = ({ start, next }: Line) => {
    if (next - start <= longestLine / 3) return false
    return new TextEncoder().encode(text.slice(start, next).replace(/\n$/, '')).length > longestLine
  }
  const line = lines.findIndex(isLong)
  return line === -1 ? undefined : { line: line + 1, problem: "is longer than the builder's limit of 65,535 bytes" }
}

function parseInstructions(lines: Lines): { instructions: readonly Instruction[]; problem?: Problem } {
  const instructions: Instruction[] = []
  while (lines.next < lines.lines.length) {
    const first = lines.next
    const source = readLogicalLine(lines)
    if (source === undefined) continue
    const header = parseHeader(source.text, 0, lines.escape)
    const trigger = hasTrigger(header) ? parseHeader(source.text, header.restIndex, lines.escape) : undefined
    const { keyword, list } = trigger ?? header
    const heredocs = takesHeredocs.has(keyword) && list === undefined ? findHeredocs(source.text) : []
    const isWhole = heredocs.every((heredoc) => skipHeredoc(lines, heredoc))
    const [start, end] = [lines.lines[first]?.start ?? 0, lines.lines[lines.next - 1]?.next ?? 0]
    const place = { line: first + 1, start, end, source, heredocs }
    instructions.push(toInstruction(header, place, trigger && toInstruction(trigger, place, undefined)))
    if (isWhole) continue
    return { instructions, problem: { line: first + 1, problem: 'starts a heredoc that never ends' } }
  }
  return { instructions }
}

const hasTrigger = ({ keyword, rest }: Header) => keyword === 'ONBUILD' && rest !== ''

const takesHeredocs: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN'])

/** Reads the next instruction's lines, but for its heredocs; undefined where the next line holds none. */
function readLogicalLine(lines: Lines): LogicalLine | undefined {
  const { text, escape } = lines
  const pieces: LogicalLine['pieces'][number][] = []
  let [joined, isContinued, isFirst] = ['', true, true]
  while (isContinued && lines.next < lines.lines.length) {
    const { start, end } = lines.lines[lines.next++] ?? { start: 0, end: 0 }
    const content = skipSpaces(text, start, end)
    if (content === end || text[content] === '#') {
      if (isFirst) return undefined
      continue
    }
    const offset = isFirst ? content : start
    const at = continuation(text, offset, end, escape)
    if ((at ?? end) > offset) pieces.push({ index: joined.length, offset, line: lines.next })
    joined += text.slice(offset, at ?? end)
    isContinued = at !== undefined
    isFirst = false
  }
  return { text: joined, pieces }
}

/** Where the escape stands that continues a line; a doubled one escapes itself and continues nothing. */
function continuation(text: string, start: number, end: number, escape: Escape): number | undefined {
  let at = end - 1
  while (at >= start && (text[at] === ' ' || text[at] === '\t')) at--
  if (at < start || text[at] !== escape) return undefined
  return at > start && text[at - 1] === escape ? undefined : at
}

/** Reads past a heredoc's last line; false where there is none. */
function skipHeredoc(lines: Lines, { name, ignoresTabs }: Heredoc): boolean {
  while (lines.next < lines.lines.length) {
    const { start, end } = lines.lines[lines.next++] ?? { start: 0, end: 0 }
    let content = start
    while (ignoresTabs && lines.text[content] === '\t') content++
    if (end - content === name.length && lines.text.startsWith(name, content)) return true
  }
  return false
}

type Header = Pick<Instruction, 'keyword' | 'flags' | 'rest' | 'restIndex' | 'list' | 'isMixedList'>

/** Written out, since a spread costs more than all the rest of the reader. */
function toInstruction(
  { keyword, flags, rest, restIndex, list, isMixedList }: Header,
  { line, start, end, source, heredocs }: Pick<Instruction, 'line' | 'start' | 'end' | 'source' | 'heredocs'>,
  trigger: Instruction | undefined,
): Instruction {
  return { keyword, line, start, end, source, flags, rest, restIndex, list, isMixedList, heredocs, trigger }
}

/** Splits what stands from `from` on into keyword, flags and arguments. */
function parseHeader(text: string, from: number, escape: Escape): Header {
  const start = skipSpaces(text, from, text.length)
  const end = trimSpaces(text, start, text.length)
  let keywordEnd = start
  while (keywordEnd < end && !'\t\v\f\r '.includes(text.charAt(keywordEnd))) keywordEnd++
  const keyword = text.slice(start, keywordEnd).toUpperCase()
  const { flags, rest: afterFlags } = splitFlags(text, { start: keywordEnd, end, escape })
  const restIndex = skipSpaces(text, afterFlags, end)
  const rest = text.slice(restIndex, end)
  const { list, isMixedList } = parseList(keyword, rest)
  return { keyword, flags, rest, restIndex, list, isMixedList }
}

const takesList: ReadonlySet<string> = new Set('ADD CMD COPY ENTRYPOINT RUN SHELL VOLUME HEALTHCHECK'.split(' '))

/** Arguments in the form `["a", "b"]`. What is no JSON at all is text like any other. */
function parseList(keyword: string, rest: string): Pick<Instruction, 'list' | 'isMixedList'> {
  const none = { list: undefined, isMixedList: false }
  if (!takesList.has(keyword) || !rest.includes('[')) return none
  const json = keyword === 'HEALTHCHECK' ? rest.replace(/^\S+\s*/, '') : rest
  if (!json.startsWith('[')) return none
  try {
    const list = JSON.parse(json) as unknown[]
    const texts = list.filter((each) => typeof each === 'string')
    return texts.length === list.length ? { list: texts, isMixedList: false } : { list: undefined, isMixedList: true }
  } catch {
    return none
  }
}
