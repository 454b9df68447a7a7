import { Arg, Copy, DockerfileParser, From, type Instruction, Keyword, Run } from 'dockerfile-ast'
import { hideQuotedHeredocs, syntaxToken } from './image-tokens.ts'
import { InvalidDockerfileError } from './invalid-dockerfile-error.ts'

const keywords: ReadonlySet<string> = new Set(Object.values(Keyword))

/**
 * Throws InvalidDockerfileError for what the builder would refuse in any case: better now than after a verdict. In doubt
 * it says nothing, since a reader of the Dockerfile's own (`# syntax=`) may know more than this one.
 */
export function refuseInvalid(text: string): void {
  const instructions = DockerfileParser.parse(hideQuotedHeredocs(text)).getInstructions()
  const first = instructions.find((instruction) => !(instruction instanceof Arg))
  if (first === undefined) throw new InvalidDockerfileError('has no FROM.')
  for (const instruction of instructions) {
    const problem = problemOf(instruction, text)
    if (problem !== undefined) throw new InvalidDockerfileError(problem, lineOf(instruction))
  }
  if (first instanceof From) return
  throw new InvalidDockerfileError(`has ${first.getKeyword()} before any FROM. Start it with FROM.`, lineOf(first))
}

function problemOf(instruction: Instruction, text: string): string | undefined {
  if (instruction instanceof From) return problemOfFrom(instruction)
  if (instruction instanceof Copy || instruction instanceof Run) {
    const end = openHeredoc(instruction, text)
    return end === undefined ? undefined : `starts a heredoc that never ends. Put ${end} on a line of its own.`
  }
  // Where heredocs are about, a line of one may have been taken for an instruction.
  const isUnknown = !keywords.has(instruction.getKeyword()) && !text.includes('<<') && syntaxToken(text) === undefined
  return isUnknown ? `has ${cut(instruction.getInstruction())}, which is no instruction.` : undefined
}

function problemOfFrom(from: From): string | undefined {
  const words = from.getArguments().map((word) => word.getValue())
  if (words.length === 0) return 'has a FROM without an image.'
  const isWhole = words.length === 1 || (words.length === 3 && words[1]?.toUpperCase() === 'AS')
  return isWhole
    ? undefined
    : 'has a FROM with other words than an image, or an image AS a name; a comment needs its own line.'
}

/** The word that should end a heredoc and stands on no later line at all. */
function openHeredoc(instruction: Copy | Run, text: string): string | undefined {
  const later = text.split(/\r\n|\n|\r/).slice(instruction.getRange().start.line + 1)
  const names = instruction.getHeredocs().map((heredoc) => heredoc.getName())
  return names.find((name) => /^\w+$/.test(name) && !later.some((line) => line.trim() === name))
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1
}

function cut(word: string): string {
  return word.length <= 40 ? word : `${word.slice(0, 40)}…`
}
