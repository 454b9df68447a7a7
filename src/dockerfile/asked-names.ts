import type { Instruction, ParsedDockerfile } from './parsed-dockerfile.ts'
import { mountFields } from './read-mount.ts'
import { splitWords } from './split-words.ts'

/**
 * The ids of the secrets that a Dockerfile mounts, in any stage; undefined where that is not to be seen: a variable in an
 * id, another reader of the file, a file that no builder takes.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 */
export function askedSecrets(dockerfile: ParsedDockerfile): ReadonlySet<string> | undefined {
  if (isReadOtherwise(dockerfile)) return undefined
  const ids = instructionsOf(dockerfile).flatMap(mountedSecrets)
  return ids.some((id) => id.includes('$')) ? undefined : new Set(ids)
}

/** The names that a Dockerfile declares by ARG, in any stage; undefined where that is not to be seen. */
export function askedArguments(dockerfile: ParsedDockerfile): ReadonlySet<string> | undefined {
  if (isReadOtherwise(dockerfile)) return undefined
  const declared = instructionsOf(dockerfile).filter(({ keyword }) => keyword === 'ARG')
  const words = declared.flatMap(({ rest }) => splitWords(rest, dockerfile.escape))
  return new Set(words.map((word) => /^[^=]*/.exec(word)?.[0] ?? word))
}

function isReadOtherwise({ syntax, problem }: ParsedDockerfile): boolean {
  return (
    problem !== undefined || (syntax !== undefined && !/(?:^|\/)docker\/dockerfile(?:[:@-]|$)/.test(syntax.written))
  )
}

function instructionsOf({ instructions }: ParsedDockerfile): Instruction[] {
  return instructions.flatMap((instruction) => [instruction, instruction.trigger ?? []].flat())
}

function mountedSecrets({ keyword, flags }: Instruction): string[] {
  if (keyword !== 'RUN') return []
  return flags
    .filter(({ name }) => name === 'mount')
    .map(({ value = '' }) => mountFields(value))
    .filter((fields) => fields.get('type')?.toLowerCase() === 'secret')
    .map(secretId)
}

/** Without an id, it is the name of the file. */
function secretId(fields: ReadonlyMap<string, string>): string {
  const named = ['source', 'src', 'id'].map((key) => fields.get(key)).find((value) => value !== undefined)
  const target = ['target', 'dst', 'destination'].map((key) => fields.get(key)).find((value) => value !== undefined)
  return named ?? (target ?? '').replace(/^.*\//s, '')
}
