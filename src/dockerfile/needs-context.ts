import { Add, Copy, DockerfileParser, type Flag, From, type Instruction, Keyword, Onbuild, Run } from 'dockerfile-ast'

/**
 * Whether building a Dockerfile takes anything from its build context: a COPY or ADD of a local path, or a bind mount
 * without `from`, in any stage. In doubt it does: a source that starts with a variable, an instruction that nobody
 * knows, a heredoc that does not end. What a base image's own ONBUILD takes is not to be seen in the file.
 * https://docs.docker.com/reference/dockerfile/
 */
export function needsContext(dockerfileText: string): boolean {
  const instructions = DockerfileParser.parse(dockerfileText).getInstructions()
  const lines = dockerfileText.split(/\r\n|\n|\r/)
  return instructions.some((instruction, index) => {
    if (!(instruction instanceof Onbuild)) return takesFromContext(instruction, lines)
    const trigger = instruction.getTriggerInstruction()
    const runsHere = isBuiltOn(stageAround(instructions, index), instructions.slice(index + 1))
    return trigger !== null && (runsHere ? takesFromContext(trigger, lines) : isMisread(trigger, lines))
  })
}

const keywords: ReadonlySet<string> = new Set(Object.values(Keyword))

function takesFromContext(instruction: Instruction, lines: readonly string[]): boolean {
  if (!keywords.has(instruction.getKeyword()) || isMisread(instruction, lines)) return true
  if (instruction instanceof Copy) return !hasFrom(instruction) && takesLocalPath(instruction, isHeredoc, lines)
  if (instruction instanceof Add) {
    return takesLocalPath(instruction, (source) => isHeredoc(source) || isRemote(source), lines)
  }
  if (instruction instanceof Run) {
    return instruction.getFlags().some((flag) => flag.getName() === 'mount' && mountsContext(flag))
  }
  return false
}

/** An empty name means the context, as if the flag were not there. */
function hasFrom(copy: Copy): boolean {
  return copy.getFlags().some((flag) => flag.getName() === 'from' && Boolean(flag.getValue()))
}

function takesLocalPath(
  instruction: Copy | Add,
  isElsewhere: (source: string) => boolean,
  lines: readonly string[],
): boolean {
  const isList = instruction.getClosingBracket() !== null
  const words = isList
    ? instruction.getJSONStrings().map((word) => word.getJSONValue())
    : headerWords(instruction, lines)
  const sources = words.slice(0, -1)
  return sources.length === 0 || sources.some((source) => (isList && isHeredoc(source)) || !isElsewhere(source))
}

/**
 * The words up to the end of the instruction's first line, continuation lines included. The parser goes on with those
 * of its heredocs.
 */
function headerWords(instruction: Instruction, lines: readonly string[]): string[] {
  const words = instruction.getArguments()
  const last = words.findIndex((word) => {
    const { line, character } = word.getRange().end
    return lines[line]?.slice(character).trim() === ''
  })
  return words.slice(0, last === -1 ? undefined : last + 1).map((word) => word.getValue())
}

/**
 * Whether the parser may have taken following instructions for a heredoc. It looks at single words, while the builder
 * knows quotes and finds no heredoc in `RUN sh -c "cat <<EOF"`.
 */
function isMisread(instruction: Instruction, lines: readonly string[]): boolean {
  if (!(instruction instanceof Copy || instruction instanceof Add || instruction instanceof Run)) return false
  const words = headerWords(instruction, lines)
  const first = words.findIndex(isHeredoc)
  if (first === -1) return false
  const end = words.findLast(isHeredoc)?.replaceAll(/^<<-?|["']/g, '')
  return hasOpenQuote(words.slice(0, first).join(' ')) || instruction.getArguments().at(-1)?.getValue() !== end
}

function hasOpenQuote(text: string): boolean {
  return ['"', "'"].some((quote) => text.split(quote).length % 2 === 0)
}

function isHeredoc(word: string): boolean {
  return /^<<-?[^<-]/.test(word)
}

/** Of ADD: http or https, or a git repository, also as `git@host:path`. */
function isRemote(source: string): boolean {
  return /^["']?(?:(?:https?|git|ssh):\/\/|[\w.-]+@[\w.-]+:)/.test(source)
}

/** A mount's type is bind unless it says another one, and the last of equal options counts. */
function mountsContext(mount: Flag): boolean {
  const option = (name: string) =>
    mount
      .getOptions()
      .findLast((each) => each.getName().toLowerCase() === name)
      ?.getValue()
  const type = option('type') ?? 'bind'
  return !/^(?:cache|tmpfs|secret|ssh)$/i.test(type) && !option('from')
}

/** The FROM that an instruction stands under. */
function stageAround(instructions: readonly Instruction[], index: number): From | undefined {
  return instructions.slice(0, index).findLast((instruction) => instruction instanceof From)
}

/** Triggers run in this very build where a later stage stands on the one that holds them. */
function isBuiltOn(stage: From | undefined, later: readonly Instruction[]): boolean {
  const name = stage?.getBuildStage()?.toLowerCase()
  if (name === undefined) return false
  return later.some((instruction) => {
    const image = instruction instanceof From ? instruction.getImage()?.toLowerCase() : undefined
    return image !== undefined && (image === name || image.includes('$'))
  })
}
