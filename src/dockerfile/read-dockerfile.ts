import { parsePlatform, type Platform } from '../model/platform.ts'
import { InvalidReferenceError, parseReference, type Reference } from '../model/reference.ts'
import { type Expand, globalVariables, type VariableOptions } from './global-variables.ts'
import { imageTokens, type ImageToken, syntaxToken } from './image-tokens.ts'
import { InvalidDockerfileError } from './invalid-dockerfile-error.ts'
import type { ParsedDockerfile } from './parsed-dockerfile.ts'

/** A Dockerfile as far as its images go. */
export interface Dockerfile {
  /** The file as written; the offsets of its image uses point into it. */
  readonly text: string
  /** The image that reads the file, where it names one by `# syntax=`. */
  readonly syntax?: ImageUse
  /** In the order of the file; at least one. */
  readonly stages: readonly Stage[]
}

export interface Stage {
  /** As written behind AS. */
  readonly name?: string
  readonly from: ImageUse
  /** Where its instructions take files from. */
  readonly sources: readonly ImageUse[]
}

/** One place in a Dockerfile that names an image, a stage or nothing known. */
export interface ImageUse extends ImageToken {
  readonly names: Named
  /** Of FROM: what its `--platform` says, where it has one that can be understood. */
  readonly forPlatform?: Platform
}

export type Named =
  | { readonly kind: 'image'; readonly reference: Reference }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'scratch' }
  | {
      readonly kind: 'unresolved'
      readonly because: string
      /** Whether a variable in it has no value, and another build may give one. */
      readonly needsValue: boolean
    }

export type ReadingOptions = VariableOptions

/**
 * Finds every image that a Dockerfile names: FROM, COPY --from and RUN --mount=from, the latter two also in an ONBUILD
 * that may run in this build.
 * A name that needs a value nobody gives is kept as `unresolved`; it is an error only for who needs it.
 * Throws InvalidDockerfileError for a file that the builder would refuse.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/dockerfile2llb/convert.go
 */
export function readDockerfile(parsed: ParsedDockerfile, options: ReadingOptions): Dockerfile {
  if (parsed.problem !== undefined) {
    const { problem, line } = parsed.problem
    throw new InvalidDockerfileError({ what: 'refused', problem }, { line })
  }
  const tokens = imageTokens(parsed)
  const expand = globalVariables(parsed, options)

  const stages: (Stage & { sources: ImageUse[] })[] = []
  const byName = new Map<string, number>()
  for (const token of tokens.filter(({ instruction }) => instruction === 'FROM')) {
    const from = { ...token, names: nameBase(token, byName, expand), ...readPlatform(token, expand) }
    if (token.stageName !== undefined) byName.set(token.stageName.toLowerCase(), stages.length)
    stages.push({ ...(token.stageName !== undefined && { name: token.stageName }), from, sources: [] })
  }
  const image = findTarget(stages, options.target)
  let index = -1
  for (const token of tokens) {
    if (token.instruction === 'FROM') index++
    const stage = stages[index]
    // The image keeps its triggers for others to run; those of all other stages run here or never.
    if (token.instruction === 'FROM' || stage === undefined || (token.isTriggered && stage === image)) continue
    stage.sources.push({ ...token, names: nameSource(token, { byName, count: stages.length }) })
  }
  const syntax = syntaxToken(parsed)
  return { text: parsed.text, ...(syntax && { syntax: { ...syntax, names: nameImage(syntax.written) } }), stages }
}

/** The stage that ends as the image, by its name in any case. */
export function findTarget(stages: readonly Stage[], target: string | undefined): Stage | undefined {
  if (target === undefined) return stages.at(-1)
  return stages.findLast(({ name }) => name?.toLowerCase() === target.toLowerCase())
}

/** All image uses of a Dockerfile's stages in the order of the file. */
export function imageUses({ stages }: Dockerfile): ImageUse[] {
  return stages.flatMap(({ from, sources }) => [from, ...sources])
}

/** What may stand alone in --platform; the engine's own system is meant then. */
const architectures: ReadonlySet<string> = new Set('386 amd64 arm arm64 ppc64le riscv64 s390x'.split(' '))

/** A platform that nobody can read is left to the builder, which has better words for it. */
function readPlatform({ platform, line }: ImageToken, expand: Expand): { forPlatform?: Platform } {
  const expanded = platform === undefined ? undefined : expand(platform, line)
  try {
    if (expanded?.kind !== 'text') return {}
    const isArchitecture = architectures.has(expanded.text)
    return { forPlatform: parsePlatform(isArchitecture ? `linux/${expanded.text}` : expanded.text) }
  } catch {
    return {}
  }
}

/** What FROM names: an earlier stage by its name in lower case, `scratch`, or an image. */
function nameBase({ written, line }: ImageToken, earlier: ReadonlyMap<string, number>, expand: Expand): Named {
  const expanded = expand(written, line)
  const { withoutValue } = expanded
  if (expanded.kind === 'unknown') {
    return { kind: 'unresolved', because: `"${withoutValue ?? written}" has no value`, needsValue: true }
  }
  const index = earlier.get(expanded.text)
  if (index !== undefined) return { kind: 'stage', index }
  if (expanded.text === 'scratch') return { kind: 'scratch' }
  const named = nameImage(expanded.text)
  if (named.kind !== 'unresolved' || withoutValue === undefined) return named
  return { kind: 'unresolved', because: `"${withoutValue}" has no value`, needsValue: true }
}

/**
 * What COPY --from and mounts name: the last stage of that name in any case, wherever it stands; COPY also takes a
 * stage's number. They know no variables.
 */
function nameSource(
  { instruction, written }: ImageToken,
  { byName, count }: { readonly byName: ReadonlyMap<string, number>; readonly count: number },
): Named {
  if (instruction === 'COPY --from' && /^\d+$/.test(written)) {
    if (Number(written) < count) return { kind: 'stage', index: Number(written) }
    return { kind: 'unresolved', because: `there is no stage ${written}`, needsValue: false }
  }
  const index = byName.get(written.toLowerCase())
  if (index !== undefined) return { kind: 'stage', index }
  return written === 'scratch' ? { kind: 'scratch' } : nameImage(written)
}

function nameImage(text: string): Named {
  try {
    return { kind: 'image', reference: parseReference(text) }
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    return { kind: 'unresolved', because: error.reason, needsValue: false }
  }
}
