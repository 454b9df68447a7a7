import { placeOf, type Place } from './logical-line.ts'
import type { Flag, Instruction, ParsedDockerfile } from './parsed-dockerfile.ts'
import { readMount } from './read-mount.ts'
import { separator } from './spaces.ts'

/** A token of a Dockerfile that names an image or a stage, and where it stands. */
export interface ImageToken {
  readonly instruction: '# syntax' | 'FROM' | 'COPY --from' | 'RUN --mount'
  /** As it is written; of a flag without the quotes and escapes, which the builder takes off first. */
  readonly written: string
  /** Counted from 1. */
  readonly line: number
  /** Offsets in the text of its first character and of the one after its last. */
  readonly start: number
  readonly end: number
  /** What has to follow whatever takes its place: quotes that it closes or opens, and line breaks inside of it. */
  readonly tail: string
  /** Of FROM: the name behind AS, and the value of --platform, as written. */
  readonly stageName?: string
  readonly platform?: string
  /** Whether it stands in an ONBUILD, and so counts where a later stage is built on this one. */
  readonly isTriggered?: true
}

/** The places of a Dockerfile where images stand, in its order. */
export function imageTokens({ text, instructions }: ParsedDockerfile): ImageToken[] {
  return instructions.flatMap((instruction) =>
    instruction.trigger === undefined
      ? tokensOf(instruction, text)
      : tokensOf(instruction.trigger, text).map((token) => ({ ...token, isTriggered: true as const })),
  )
}

/** The image that reads the Dockerfile, by its directive `# syntax=`. */
export function syntaxToken({ syntax }: ParsedDockerfile): ImageToken | undefined {
  return syntax && toToken('# syntax', syntax.written, syntax)
}

function tokensOf(instruction: Instruction, text: string): ImageToken[] {
  switch (instruction.keyword) {
    case 'FROM':
      return fromTokens(instruction, text)
    case 'COPY':
      return instruction.flags.flatMap((flag) =>
        flag.name === 'from' && flag.value
          ? flagToken('COPY --from', { instruction, flag, start: 0, end: flag.value.length }, text)
          : [],
      )
    case 'RUN':
      return instruction.flags.flatMap((flag) => {
        const from = flag.name === 'mount' && flag.value !== undefined ? readMount(flag.value).from : undefined
        return from?.value ? flagToken('RUN --mount', { instruction, flag, ...from }, text) : []
      })
    default:
      return []
  }
}

function fromTokens({ source, rest, restIndex, flags }: Instruction, text: string): ImageToken[] {
  const [written = '', , stageName] = rest.split(separator)
  if (written === '') return []
  const platform = flags.find(({ name }) => name === 'platform')?.value
  const token = toToken('FROM', written, placeOf(source, text, restIndex, restIndex + written.length))
  return [{ ...token, ...(stageName !== undefined && { stageName }), ...(platform && { platform }) }]
}

interface FlagPart {
  readonly instruction: Instruction
  readonly flag: Flag
  /** Indexes in the flag's value. */
  readonly start: number
  readonly end: number
}

/** A part of a flag's value; it may begin inside of quotes and end outside of them, or the other way round. */
function flagToken(
  kind: ImageToken['instruction'],
  { instruction: { source }, flag: { value = '', characters }, start, end }: FlagPart,
  text: string,
): ImageToken[] {
  const [first, last] = [characters[start], characters[end - 1]]
  if (first === undefined || last === undefined) return []
  const token = toToken(kind, value.slice(start, end), placeOf(source, text, first.start, last.end))
  const quoteAt = (index: number) => source.text.slice(index, index + 1)
  const quotes = first.quote === last.quote ? '' : [first.quote, last.quote].filter(isQuote).map(quoteAt).join('')
  return [{ ...token, tail: quotes + token.tail }]
}

const isQuote = (index: number) => index !== -1

function toToken(
  instruction: ImageToken['instruction'],
  written: string,
  { line, start, end, breaks }: Place,
): ImageToken {
  return { instruction, written, line, start, end, tail: breaks }
}
