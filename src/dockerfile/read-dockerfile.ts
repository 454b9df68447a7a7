import { formatPlatform, parsePlatform, type Platform } from '../model/platform.ts'
import { InvalidReferenceError, parseReference, type Reference } from '../model/reference.ts'
import { expandVariables, type Variables } from './expand-variables.ts'
import { type GlobalArgument, imageTokens, type ImageToken, syntaxToken } from './image-tokens.ts'
import { refuseInvalid } from './refuse-invalid.ts'

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
  | { readonly kind: 'unresolved'; readonly because: string }

export interface ReadingOptions {
  /** Values that the build gives to ARGs. */
  readonly buildArguments?: Readonly<Record<string, string>>
  /** What TARGETPLATFORM and its parts stand for. */
  readonly platform: Platform
  /** What BUILDPLATFORM and its parts stand for: the engine's own, where that is known. */
  readonly buildPlatform?: Platform
  /** The stage that ends as the image; default: the last one. */
  readonly target?: string | undefined
}

/**
 * Finds every image that a Dockerfile names: FROM, COPY --from and RUN --mount=from, the latter two also in an ONBUILD
 * that may run in this build.
 * A name that needs a value nobody gives is kept as `unresolved`; it is an error only for who needs it.
 * Throws InvalidDockerfileError for a file that the builder would refuse.
 */
export function readDockerfile(text: string, options: ReadingOptions): Dockerfile {
  refuseInvalid(text)
  const { tokens, globalArguments } = imageTokens(text)
  const variables = globalVariables(globalArguments, options)

  const stages: (Stage & { sources: ImageUse[] })[] = []
  for (const token of tokens.filter(({ instruction }) => instruction === 'FROM')) {
    const from = { ...token, names: nameBase(token.written, stages, variables), ...readPlatform(token, variables) }
    stages.push({ ...(token.stageName !== undefined && { name: token.stageName }), from, sources: [] })
  }
  const image = findTarget(stages, options.target)
  for (const token of tokens.filter(({ instruction }) => instruction !== 'FROM')) {
    const index = stages.findLastIndex(({ from }) => from.start < token.start)
    const stage = stages[index]
    // The image keeps its triggers for others to run; those of all other stages run here or never.
    if (stage === undefined || (token.isTriggered && stage === image)) continue
    const names = nameSource(token.written, token.isTriggered ? stages : stages.slice(0, index))
    stage.sources.push({ ...token, names })
  }
  const syntax = syntaxToken(text)
  return { text, ...(syntax && { syntax: { ...syntax, names: nameImage(syntax.written) } }), stages }
}

/** The stage that ends as the image: by name in any case, else by number, as the builder looks it up. */
export function findTarget(stages: readonly Stage[], target: string | undefined): Stage | undefined {
  if (target === undefined) return stages.at(-1)
  const named = stages.findLast(({ name }) => name?.toLowerCase() === target.toLowerCase())
  return named ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined)
}

/** All image uses of a Dockerfile's stages in the order of the file. */
export function imageUses({ stages }: Dockerfile): ImageUse[] {
  return stages.flatMap(({ from, sources }) => [from, ...sources])
}

/** The variables that FROM can use: ARGs before the first FROM, and the platform that is built for. */
function globalVariables(declared: readonly GlobalArgument[], options: ReadingOptions): Variables {
  const { platform, buildPlatform } = options
  const values = new Map<string, string>([
    ...platformVariables('TARGET', platform),
    ...(buildPlatform === undefined ? [] : platformVariables('BUILD', buildPlatform)),
  ])
  for (const { name, value } of declared) {
    const { buildArguments = {} } = options
    const given = Object.hasOwn(buildArguments, name) ? buildArguments[name] : undefined
    if (given !== undefined) {
      values.set(name, given)
    } else if (value !== undefined) {
      const expansion = expandVariables(value, (other) => values.get(other) ?? '')
      if ('text' in expansion) values.set(name, expansion.text)
    }
  }
  return (name) => values.get(name)
}

function platformVariables(prefix: string, platform: Platform): [name: string, value: string][] {
  const { os, architecture, variant = '' } = platform
  return [
    [`${prefix}PLATFORM`, formatPlatform(platform)],
    [`${prefix}OS`, os],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ]
}

/** A platform that nobody can read is left to the builder, which has better words for it. */
function readPlatform({ platform }: ImageToken, variables: Variables): { forPlatform?: Platform } {
  const expansion = expandVariables(unquote(platform ?? ''), variables)
  try {
    return 'text' in expansion ? { forPlatform: parsePlatform(expansion.text) } : {}
  } catch {
    return {}
  }
}

/** What FROM names: an earlier stage by its name in any case, `scratch`, or an image. */
function nameBase(written: string, earlier: readonly Stage[], variables: Variables): Named {
  const expansion = expandVariables(unquote(written), variables)
  if ('unresolved' in expansion) {
    return { kind: 'unresolved', because: `"${expansion.unresolved}" has no value` }
  }
  if (expansion.text === 'scratch') return { kind: 'scratch' }
  return stageOf(expansion.text, earlier) ?? nameImage(expansion.text)
}

/** What COPY --from and mounts name: also a stage by its number. They know no variables. */
function nameSource(written: string, visible: readonly Stage[]): Named {
  const name = unquote(written)
  if (/^\d+$/.test(name) && Number(name) < visible.length) return { kind: 'stage', index: Number(name) }
  return stageOf(name, visible) ?? nameImage(name)
}

function stageOf(name: string, stages: readonly Stage[]): Named | undefined {
  const index = stages.findLastIndex((stage) => stage.name?.toLowerCase() === name.toLowerCase())
  return index === -1 ? undefined : { kind: 'stage', index }
}

function nameImage(text: string): Named {
  try {
    return { kind: 'image', reference: parseReference(text) }
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    return { kind: 'unresolved', because: error.message.replace(/\.$/, '') }
  }
}

function unquote(text: string): string {
  return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text
}
