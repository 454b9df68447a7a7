import { Copy, Directive, DockerfileParser, type Flag, From, type Instruction, Onbuild, Run } from 'dockerfile-ast'

/** A token of a Dockerfile that names an image or a stage, and where it stands. */
export interface ImageToken {
  readonly instruction: '# syntax' | 'FROM' | 'COPY --from' | 'RUN --mount'
  readonly written: string
  /** Counted from 1. */
  readonly line: number
  /** Offsets in the text of its first character and of the one after its last. */
  readonly start: number
  readonly end: number
  /** Of FROM: the name behind AS, and the value of --platform, as written. */
  readonly stageName?: string
  readonly platform?: string
  /** Whether it stands in an ONBUILD, and so counts where a later stage is built on this one. */
  readonly isTriggered?: true
}

/** An ARG before the first FROM; `value` is its default as written. */
export interface GlobalArgument {
  readonly name: string
  readonly value?: string
}

interface Range {
  readonly start: { readonly line: number; readonly character: number }
  readonly end: { readonly line: number; readonly character: number }
}

/**
 * Takes a Dockerfile apart with a real parser, so that escape directives, continuation lines, comments inside them,
 * heredocs and quotes are what they are for the builder.
 */
export function imageTokens(text: string): { tokens: ImageToken[]; globalArguments: GlobalArgument[] } {
  const tree = DockerfileParser.parse(hideQuotedHeredocs(text))
  const place = places(text)
  return {
    tokens: tree.getInstructions().flatMap((instruction) => tokensOf(instruction, place)),
    globalArguments: tree.getInitialARGs().flatMap((argument) =>
      argument.getProperties().map((property) => {
        const value = property.getValue()
        return { name: property.getName(), ...(value !== null && { value }) }
      }),
    ),
  }
}

/** The image that reads the Dockerfile, by its directive `# syntax=`. What follows behind a blank is for that image. */
export function syntaxToken(text: string): ImageToken | undefined {
  const directive = DockerfileParser.parse(text)
    .getDirectives()
    .find((each) => each.getDirective() === Directive.syntax)
  const [written] = directive?.getValue().split(/\s/) ?? []
  if (directive === undefined || written === undefined || written === '') return undefined
  const { start } = directive.getValueRange()
  const end = { line: start.line, character: start.character + written.length }
  return { instruction: '# syntax', written, ...places(text)({ start, end }) }
}

/** Two characters of the private use area. */
const hidden = '\uE000\uE000'

/**
 * The parser takes `<<` inside quotes, as in `RUN sh -c "cat <<EOF"`, for the start of a heredoc and swallows what
 * follows; the builder does not. Everything keeps its place.
 */
export function hideQuotedHeredocs(text: string): string {
  return text.replaceAll(/(["'])(?:\\.|(?!\1)[^\\\r\n])*\1/g, (quoted) => quoted.replaceAll('<<', hidden))
}

type Place = (range: Range) => Pick<ImageToken, 'line' | 'start' | 'end'>

function tokensOf(instruction: Instruction, place: Place): ImageToken[] {
  if (instruction instanceof From) return fromTokens(instruction, place)
  if (instruction instanceof Copy) {
    // Not getFromFlag: it looks at the first flag only.
    const flag = instruction.getFlags().find((each) => each.getName() === 'from')
    return token('COPY --from', flag?.getValue(), flag?.getValueRange(), place)
  }
  if (instruction instanceof Run) {
    return instruction
      .getFlags()
      .filter((flag) => flag.getName() === 'mount')
      .flatMap((flag) => mountTokens(flag, place))
  }
  const trigger = instruction instanceof Onbuild ? instruction.getTriggerInstruction() : null
  return trigger === null ? [] : tokensOf(trigger, place).map((each) => ({ ...each, isTriggered: true }))
}

/**
 * The builder takes quotes off before it splits a mount at its commas, so they can stand around anything. It knows a
 * key in any case, and the last of equal ones counts.
 */
function mountTokens(flag: Flag, place: Place): ImageToken[] {
  const source = [...(flag.getValue() ?? '').matchAll(/(?<=(?:^|,)["']*from["']*=["']*)[^,"']+/gi)].at(-1)
  const range = flag.getValueRange()
  if (source === undefined || range === null) return []
  const [written] = source
  const { line, start } = place(range)
  const first = start + source.index
  return [{ instruction: 'RUN --mount', written, line, start: first, end: first + written.length }]
}

function fromTokens(from: From, place: Place): ImageToken[] {
  const stageName = from.getBuildStage()
  const platform = from.getPlatformFlag()?.getValue()
  return token('FROM', from.getImage(), from.getImageRange(), place).map((image) => ({
    ...image,
    ...(stageName !== null && { stageName }),
    ...(platform !== undefined && platform !== null && { platform }),
  }))
}

function token(
  instruction: ImageToken['instruction'],
  written: string | null | undefined,
  range: Range | null | undefined,
  place: Place,
): ImageToken[] {
  return written && range ? [{ instruction, written: written.replaceAll(hidden, '<<'), ...place(range) }] : []
}

/** Turns the parser's lines and characters into offsets; a line ends with \n, \r\n or a lone \r. */
function places(text: string): Place {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)]
  const offset = ({ line, character }: Range['start']) => (starts[line] ?? text.length) + character
  return ({ start, end }) => ({ line: start.line + 1, start: offset(start), end: offset(end) })
}
