import { argumentsOf } from './check-instructions.ts'
import { expandVariables, ExpansionError } from './expand-variables.ts'
import { parseHeredoc } from './find-heredocs.ts'
import type { Instruction, ParsedDockerfile } from './parsed-dockerfile.ts'
import { readMount } from './read-mount.ts'
import { separator } from './spaces.ts'

/**
 * Whether building a Dockerfile takes anything from its build context: a COPY or ADD of a local path, or a bind mount
 * without `from`, in any stage. In doubt it does: a source that starts with a variable, an instruction that nobody
 * knows, a file that no builder takes. What a base image's own ONBUILD takes is not to be seen in the file.
 * https://docs.docker.com/reference/dockerfile/
 */
export function needsContext({ instructions, problem }: ParsedDockerfile): boolean {
  if (problem !== undefined) return true
  // From the end, since triggers run where a later stage is built on the one that holds them.
  const laterBases = new Set<string>()
  let hasVariableBase = false
  let takingTriggers = false
  for (const instruction of [...instructions].reverse()) {
    const { keyword, trigger, rest } = instruction
    if (trigger !== undefined) takingTriggers ||= takesFromContext(trigger)
    else if (keyword !== 'FROM') {
      if (takesFromContext(instruction)) return true
    } else {
      const [image = '', , name] = rest.split(separator)
      if (takingTriggers && name !== undefined && (hasVariableBase || laterBases.has(name.toLowerCase()))) return true
      laterBases.add(unquoted(image))
      hasVariableBase ||= image.includes('$')
      takingTriggers = false
    }
  }
  return false
}

const takesNothing: ReadonlySet<string> = new Set(
  'ARG CMD ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
)

function takesFromContext(instruction: Instruction): boolean {
  const { keyword, flags } = instruction
  switch (keyword) {
    case 'COPY':
      // An empty name means the context, as if the flag were not there.
      return !flags.some(({ name, value }) => name === 'from' && value) && takesLocalPath(instruction, () => false)
    case 'ADD':
      return takesLocalPath(instruction, isRemote)
    case 'RUN':
      return flags.some(({ name, value }) => name === 'mount' && mountsContext(value ?? ''))
    default:
      return !takesNothing.has(keyword)
  }
}

function takesLocalPath(instruction: Instruction, isElsewhere: (source: string) => boolean): boolean {
  const isHeredoc = (source: string) => instruction.list === undefined && parseHeredoc(source) !== undefined
  const sources = argumentsOf(instruction).slice(0, -1)
  return sources.length === 0 || !sources.every((source) => isHeredoc(source) || isElsewhere(source))
}

/** Of ADD: http or https, or a git repository, also as `git@host:path`. */
function isRemote(source: string): boolean {
  return /^["']?(?:(?:https?|git|ssh):\/\/|[\w.-]+@[\w.-]+:)/.test(source)
}

function mountsContext(value: string): boolean {
  const { type, from } = readMount(value)
  return !['cache', 'tmpfs', 'secret', 'ssh'].includes(type) && !from?.value
}

function unquoted(word: string): string {
  try {
    return expandVariables(word, () => undefined)
  } catch (error) {
    if (error instanceof ExpansionError) return word
    throw error
  }
}
