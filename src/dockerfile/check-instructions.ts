import { parseHeredoc } from './find-heredocs.ts'
import { readMount } from './read-mount.ts'
import type { Escape, Flag, Instruction, Problem } from './parsed-dockerfile.ts'
import { separator } from './spaces.ts'
import { splitWords } from './split-words.ts'

/**
 * Why the builder would refuse instructions in any case: better now than after a verdict. In doubt it says nothing.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/instructions/parse.go
 */
export function checkInstructions(instructions: readonly Instruction[], escape: Escape): Problem[] {
  const problems: Problem[] = []
  let hasStage = false
  for (const instruction of instructions) {
    const { keyword, line } = instruction
    const found = problemOf(instruction, escape) ?? (hasStage ? undefined : problemBeforeStage(keyword))
    if (found !== undefined) problems.push({ line, ...found })
    hasStage ||= keyword === 'FROM'
  }
  return hasStage ? problems : [...problems, { problem: 'has no FROM' }]
}

type Found = Omit<Problem, 'line'>

function problemBeforeStage(keyword: string): Found | undefined {
  if (keyword === 'ARG' || keyword === 'FROM') return undefined
  return { problem: `has ${keyword} before the first FROM` }
}

function problemOf(instruction: Instruction, escape: Escape): Found | undefined {
  const { keyword, trigger } = instruction
  const rule = rules[keyword]
  if (rule === undefined) return { problem: 'does not begin with a known instruction', isUnknownWord: true }
  if (instruction.isMixedList || trigger?.isMixedList) {
    return { problem: `has ${keyword} with a JSON array that holds something other than strings` }
  }
  const problem = rule.check?.(instruction, escape)
  if (problem !== undefined) return { problem }
  return rule.flags === undefined || isHealthcheckNone(instruction)
    ? undefined
    : problemOfFlags(instruction, rule.flags)
}

type FlagKind = 'text' | 'texts' | 'switch'
type Flags = Readonly<Record<string, FlagKind>>

interface Rule {
  /** Undefined where the builder looks at none. */
  readonly flags?: Flags
  /** What is wrong with the arguments. */
  readonly check?: (instruction: Instruction, escape: Escape) => string | undefined
}

const needsOne = ({ keyword, rest }: Instruction) => (rest === '' ? `has ${keyword} without an argument` : undefined)

const healthcheckFlags: Flags = {
  ...{ interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' },
}

const rules: Readonly<Record<string, Rule>> = {
  ADD: {
    flags: {
      ...{ chown: 'text', chmod: 'text', link: 'switch', 'keep-git-dir': 'switch' },
      ...{ checksum: 'text', unpack: 'switch', exclude: 'texts' },
    },
    check: checkCopy,
  },
  ARG: { check: checkNames },
  CMD: { flags: {} },
  COPY: {
    flags: { chown: 'text', chmod: 'text', from: 'text', link: 'switch', exclude: 'texts', parents: 'switch' },
    check: checkCopy,
  },
  ENTRYPOINT: { flags: {} },
  ENV: { flags: {}, check: checkNames },
  EXPOSE: { flags: {}, check: needsOne },
  FROM: { flags: { platform: 'text' }, check: checkFrom },
  HEALTHCHECK: { flags: healthcheckFlags, check: checkHealthcheck },
  LABEL: { flags: {}, check: checkNames },
  MAINTAINER: { flags: {}, check: needsOne },
  ONBUILD: { flags: {}, check: checkTrigger },
  RUN: { flags: { mount: 'texts', network: 'text', security: 'text', device: 'texts' }, check: checkRun },
  SHELL: { flags: {}, check: ({ list }) => (list?.length ? undefined : 'has SHELL without a JSON array of strings') },
  STOPSIGNAL: { check: needsOne },
  USER: { flags: {}, check: needsOne },
  VOLUME: { flags: {}, check: checkVolume },
  WORKDIR: { flags: {}, check: needsOne },
}

function problemOfFlags({ keyword, flags }: Instruction, known: Flags): Found | undefined {
  const seen = new Set<string>()
  for (const flag of flags) {
    const kind = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined
    if (kind === undefined) return { problem: `has ${keyword} with an unknown flag`, isUnknownWord: true }
    const problem = problemOfFlag(flag, kind) ?? (kind !== 'texts' && seen.has(flag.name) ? 'a second time' : undefined)
    if (problem !== undefined) return { problem: `has ${keyword} --${flag.name} ${problem}` }
    seen.add(flag.name)
  }
  return undefined
}

function problemOfFlag({ value }: Flag, kind: FlagKind): string | undefined {
  if (kind !== 'switch') return value === undefined ? 'without a value' : undefined
  return value === undefined || /^(?:true|false)$/i.test(value) ? undefined : 'with neither true nor false'
}

function checkFrom({ rest }: Instruction): string | undefined {
  const [image, as, name, ...more] = rest.split(separator)
  if (!image) return 'has a FROM without an image'
  if (as === undefined) return undefined
  if (as.toUpperCase() !== 'AS' || name === undefined || more.length > 0) {
    return 'has a FROM that is neither "FROM image" nor "FROM image AS name"; put a comment on its own line'
  }
  return /^[a-z][a-z0-9-_.]*$/i.test(name)
    ? undefined
    : 'has a FROM whose stage name does not start with a letter, or holds other characters than letters, digits, "-", "_" and "."'
}

/** The words of ADD, COPY and VOLUME. */
export function argumentsOf({ list, rest }: Instruction): readonly string[] {
  return list ?? (rest === '' ? [] : rest.split(separator))
}

function checkCopy(instruction: Instruction): string | undefined {
  const words = argumentsOf(instruction)
  if (words.length < 2) return `has ${instruction.keyword} without a source and a destination`
  const isHeredoc = parseHeredoc(words.at(-1) ?? '') !== undefined
  return isHeredoc ? `has ${instruction.keyword} with a heredoc as its destination` : undefined
}

function checkVolume(instruction: Instruction): string | undefined {
  const words = argumentsOf(instruction)
  return words.length > 0 && words.every((word) => word.trim() !== '') ? undefined : 'has VOLUME without a path'
}

function checkNames({ keyword, rest }: Instruction, escape: Escape): string | undefined {
  const [first, ...others] = splitWords(rest, escape)
  if (first === undefined) return `has ${keyword} without an argument`
  if (keyword !== 'ARG' && !first.includes('=')) {
    // The old form, with a space between the name and its value.
    return separator.test(rest) ? undefined : `has ${keyword} without a value`
  }
  if ([first, ...others].some((word) => word.startsWith('='))) return `has ${keyword} without a name before "="`
  return keyword === 'ARG' || others.every((word) => word.includes('='))
    ? undefined
    : `has ${keyword} with a word that is not name=value`
}

function checkHealthcheck(instruction: Instruction): string | undefined {
  const [type = '', ...command] = instruction.rest.split(separator)
  switch (type.toUpperCase()) {
    case 'NONE':
      return command.length === 0 ? undefined : 'has HEALTHCHECK NONE with a command'
    case 'CMD':
      if (command.length === 0 || instruction.list?.length === 0) return 'has HEALTHCHECK CMD without a command'
      return undefined
    default:
      return 'has HEALTHCHECK with neither CMD nor NONE'
  }
}

/** The builder looks at no flag of it. */
function isHealthcheckNone({ keyword, rest }: Instruction): boolean {
  return keyword === 'HEALTHCHECK' && rest.toUpperCase() === 'NONE'
}

/** What else is wrong with a trigger counts only where it runs. */
function checkTrigger({ trigger }: Instruction, escape: Escape): string | undefined {
  if (trigger === undefined) return 'has ONBUILD without an instruction'
  const isRefused = ['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.keyword)
  if (isRefused) return `has ONBUILD ${trigger.keyword}, which is not allowed`
  const isOld = trigger.keyword === 'ENV' || trigger.keyword === 'LABEL'
  return isOld && trigger.rest !== '' ? checkNames(trigger, escape) : undefined
}

function checkRun({ flags }: Instruction): string | undefined {
  for (const { name, value } of flags) {
    if (name === 'network' && value !== undefined && !['default', 'none', 'host'].includes(value)) {
      return 'has RUN --network with something else than default, none or host'
    }
    if (name === 'security' && value !== undefined && !['sandbox', 'insecure'].includes(value)) {
      return 'has RUN --security with something else than sandbox or insecure'
    }
    const from = name === 'mount' && value !== undefined ? readMount(value).from?.value : undefined
    if (from !== undefined && /\$./s.test(from)) {
      return 'has RUN --mount with a variable in from=; name a stage there, and let its FROM have the variable'
    }
  }
  return undefined
}
