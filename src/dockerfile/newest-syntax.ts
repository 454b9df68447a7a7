import type { Escape, Instruction, ParsedDockerfile } from './parsed-dockerfile.ts'
import { splitWords } from './split-words.ts'

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
export function newestSyntax({ syntax, directives, instructions, escape }: ParsedDockerfile): NewSyntax | undefined {
  if (syntax !== undefined) return undefined
  const check = directives.find(({ name }, index) => name === 'check' && index < directives.length - 1)
  const found = [
    // An older engine takes it for a comment, and reads no directive behind it.
    ...(check === undefined ? [] : [{ what: '# check= before another directive', engine: 27, line: check.line }]),
    ...instructions.flatMap((instruction) => {
      const { line, trigger } = instruction
      return [...newSyntaxOf(instruction), ...(trigger ? newFlagsOf(trigger) : [])].map((each) => ({ ...each, line }))
    }),
    ...newVariablesIn(instructions, escape),
  ]
  return found.reduce<NewSyntax | undefined>(
    (newest, each) => (newest === undefined || each.engine > newest.engine ? each : newest),
    undefined,
  )
}

type Found = Omit<NewSyntax, 'line'>

function newSyntaxOf(instruction: Instruction): Found[] {
  const { heredocs } = instruction
  const spaced = heredocs.some(({ isSpaced }) => isSpaced)
    ? [{ what: 'a heredoc with a space behind <<', engine: 28 }]
    : []
  return [...(heredocs.length > 0 ? [{ what: 'a heredoc', engine: 23 }] : []), ...spaced, ...newFlagsOf(instruction)]
}

function newFlagsOf({ keyword, flags }: Instruction): Found[] {
  return flags
    .flatMap((flag) => newFlags.filter((each) => each.of === keyword && each.name === flag.name))
    .map(({ of, name, engine }) => ({ what: `${of} --${name}`, engine }))
}

/** Where a reader came with a minor version, the engine is the first major one that has it at all. */
const newFlags = [
  { of: 'ADD', name: 'link', engine: 23 },
  { of: 'ADD', name: 'checksum', engine: 25 },
  { of: 'ADD', name: 'keep-git-dir', engine: 25 },
  { of: 'ADD', name: 'exclude', engine: 28 },
  { of: 'ADD', name: 'unpack', engine: 28 },
  { of: 'COPY', name: 'link', engine: 23 },
  { of: 'COPY', name: 'exclude', engine: 28 },
  { of: 'COPY', name: 'parents', engine: 29 },
  { of: 'HEALTHCHECK', name: 'start-interval', engine: 25 },
  { of: 'RUN', name: 'network', engine: 23 },
  { of: 'RUN', name: 'security', engine: 29 },
] as const

/** What the words that decide about bases hold: those of FROM, and of ARG before the first FROM. */
function newVariablesIn(instructions: readonly Instruction[], escape: Escape): NewSyntax[] {
  const found: NewSyntax[] = []
  const known = new Set(automaticNames)
  const forgotten = new Set<string>()
  let isGlobal = true
  for (const { keyword, rest, flags, line } of instructions) {
    if (keyword === 'FROM') isGlobal = false
    if (keyword !== 'FROM' && !(keyword === 'ARG' && isGlobal)) continue
    const text = [...flags.map(({ value = '' }) => value), rest].join(' ')
    if (!text.includes('$') && keyword === 'FROM') continue
    for (const { what, form, engine } of newVariables) if (form.test(text)) found.push({ what, engine, line })
    const isForgotten = [...text.matchAll(/\$\{?(\w+)/g)].some(([, name = '']) => forgotten.has(name))
    if (isForgotten)
      found.push({ what: 'a variable that a later ARG without a value declares again', engine: 27, line })
    for (const word of keyword === 'ARG' ? splitWords(rest, escape) : []) {
      const [, name = word] = /^([^=]*)=/.exec(word) ?? []
      if (name !== word) known.add(name)
      else if (known.has(name)) forgotten.add(name)
    }
  }
  return found
}

const automaticNames = ['BUILD', 'TARGET'].flatMap((prefix) =>
  ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part) => `${prefix}${part}`),
)

/** An older engine refuses the forms, and takes the variables for empty: it would build on another base. */
const newVariables = [
  // Engine 25 knows the form, but takes a declared ARG without a value for an empty one.
  { what: 'a variable with - or + without a colon', form: /\$\{\w+[-+]/, engine: 27 },
  { what: 'a variable that is changed by a pattern', form: /\$\{\w+[#%/]/, engine: 26 },
  { what: 'the variable TARGETSTAGE', form: /\$\{?TARGETSTAGE\b/, engine: 27 },
  { what: 'the version of an operating system', form: /\$\{?(?:TARGET|BUILD)OSVERSION\b/, engine: 28 },
] as const
