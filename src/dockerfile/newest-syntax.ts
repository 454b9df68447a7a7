import { Add, Copy, DockerfileParser, type Instruction, ModifiableInstruction, Run } from 'dockerfile-ast'
import { hideQuotedHeredocs, syntaxToken } from './image-tokens.ts'

/** Something in a Dockerfile that older engines do not know. */
export interface NewSyntax {
  /** Such as `a heredoc`. */
  readonly what: string
  /** Counted from 1. */
  readonly line: number
  /** The first major version of Docker Engine that knows it. */
  readonly engine: number
}

/**
 * What in a Dockerfile needs the newest engine; undefined where each engine with BuildKit will do, also because the
 * Dockerfile names, by `# syntax=`, a reader of its own that the engine fetches.
 * https://docs.docker.com/reference/dockerfile/ says which version of the reader brought what, the engine's release
 * notes which reader it holds.
 */
export function newestSyntax(text: string): NewSyntax | undefined {
  if (syntaxToken(text) !== undefined) return undefined
  const instructions = DockerfileParser.parse(hideQuotedHeredocs(text)).getInstructions()
  const found = instructions.flatMap((instruction) => {
    const line = instruction.getRange().start.line + 1
    return newSyntaxOf(instruction).map((syntax) => ({ ...syntax, line }))
  })
  return found.reduce<NewSyntax | undefined>(
    (newest, each) => (newest === undefined || each.engine > newest.engine ? each : newest),
    undefined,
  )
}

function newSyntaxOf(instruction: Instruction): Omit<NewSyntax, 'line'>[] {
  const heredoc = holdsHeredoc(instruction) ? [{ what: 'a heredoc', engine: 23 }] : []
  const keyword = instruction.getKeyword()
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : []
  const found = flags.flatMap((flag) => newFlags.filter((each) => each.of === keyword && each.name === flag.getName()))
  return [...heredoc, ...found.map(({ of, name, engine }) => ({ what: `${of} --${name}`, engine }))]
}

/** Where a reader came with a minor version, the engine is the first major one that has it at all. */
const newFlags = [
  { of: 'ADD', name: 'link', engine: 23 },
  { of: 'ADD', name: 'checksum', engine: 25 },
  { of: 'ADD', name: 'keep-git-dir', engine: 25 },
  { of: 'ADD', name: 'exclude', engine: 28 },
  { of: 'COPY', name: 'link', engine: 23 },
  { of: 'COPY', name: 'exclude', engine: 28 },
  { of: 'COPY', name: 'parents', engine: 29 },
  { of: 'HEALTHCHECK', name: 'start-interval', engine: 25 },
  { of: 'RUN', name: 'network', engine: 23 },
] as const

/** One that does not end is the shell's own matter, if anybody's. */
function holdsHeredoc(instruction: Instruction): boolean {
  if (instruction instanceof Copy || instruction instanceof Run) {
    return instruction.getHeredocs().some((heredoc) => heredoc.getDelimiterRange() !== null)
  }
  return instruction instanceof Add && instruction.getArguments().some((word) => /^<<-?["']?\w/.test(word.getValue()))
}
