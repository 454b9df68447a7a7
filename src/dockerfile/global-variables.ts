import type { Platform } from '../model/platform.ts'
import { expandVariables, ExpansionError } from './expand-variables.ts'
import { InvalidDockerfileError } from './invalid-dockerfile-error.ts'
import type { ParsedDockerfile } from './parsed-dockerfile.ts'
import { separator } from './spaces.ts'
import { splitWords } from './split-words.ts'

export interface VariableOptions {
  /** Values that the build gives to ARGs. */
  readonly buildArguments?: Readonly<Record<string, string>>
  /** What TARGETPLATFORM and its parts stand for. */
  readonly platform: Platform
  /** What BUILDPLATFORM and its parts stand for: the engine's own, where that is known. */
  readonly buildPlatform?: Platform
  /** The stage that ends as the image; default: the last one. */
  readonly target?: string | undefined
}

/** An expanded word; `withoutValue` names a variable in it without a known value. */
export type Expanded =
  | { readonly kind: 'text'; readonly text: string; readonly withoutValue: string | undefined }
  | { readonly kind: 'unknown'; readonly withoutValue: string | undefined }

/** Expands a word of the Dockerfile's line; throws InvalidDockerfileError for one that no builder takes. */
export type Expand = (word: string, line: number) => Expanded

/**
 * The variables that FROM can use: ARGs before the first FROM, and those that the builder sets itself. What the build
 * gives counts before a default; for the builder's own variables also where no ARG declares them.
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */
export function globalVariables({ instructions, escape }: ParsedDockerfile, options: VariableOptions): Expand {
  const given = new Map(Object.entries(options.buildArguments ?? {}))
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM')
  const [, , lastName] = stages.at(-1)?.rest.split(separator) ?? []
  // Undefined is what has a value that is not known here.
  const values = new Map<string, string | undefined>([
    ...platformVariables('BUILD', options.buildPlatform),
    ...platformVariables('TARGET', options.platform),
    ['TARGETSTAGE', options.target ?? lastName?.toLowerCase() ?? 'default'],
  ])
  for (const name of values.keys()) if (given.has(name)) values.set(name, given.get(name))

  const expand: Expand = (word, line) => expandWord(word, { values, escape, line })
  for (const { keyword, rest, line } of instructions) {
    if (keyword === 'FROM') break
    for (const word of keyword === 'ARG' ? splitWords(rest, escape) : []) {
      const [, name = word, value] = /^([^=]*)=(.*)$/s.exec(word) ?? []
      if (given.has(name)) values.set(name, given.get(name))
      else if (value !== undefined) {
        const expanded = expand(value, line)
        values.set(name, expanded.kind === 'text' ? expanded.text : undefined)
      }
    }
  }
  return expand
}

function expandWord(
  word: string,
  place: {
    readonly values: ReadonlyMap<string, string | undefined>
    readonly escape: ParsedDockerfile['escape']
    readonly line: number
  },
): Expanded {
  const { values, escape, line } = place
  const missing: { unset?: string; unknown?: string } = {}
  const look = (name: string) => {
    const value = values.get(name)
    if (!values.has(name)) missing.unset ??= name
    else if (value === undefined) missing.unknown ??= name
    return value
  }
  try {
    const text = expandVariables(word, look, escape)
    return missing.unknown === undefined
      ? { kind: 'text', text, withoutValue: missing.unset }
      : { kind: 'unknown', withoutValue: missing.unknown }
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error
    if (error.kind === 'malformed')
      throw new InvalidDockerfileError({ what: 'refused', problem: error.message }, { line })
    return { kind: 'unknown', withoutValue: missing.unknown ?? missing.unset }
  }
}

function platformVariables(
  prefix: string,
  platform: Platform | undefined,
): [name: string, value: string | undefined][] {
  const variant = platform && writtenVariant(platform)
  return [
    [`${prefix}PLATFORM`, platform && [platform.os, platform.architecture, variant].filter(Boolean).join('/')],
    [`${prefix}OS`, platform?.os],
    [`${prefix}OSVERSION`, platform && ''],
    [`${prefix}ARCH`, platform?.architecture],
    [`${prefix}VARIANT`, variant],
  ]
}

/** The builder leaves out a variant that its architecture has anyway, but for arm. */
function writtenVariant({ architecture, variant = '' }: Platform): string {
  if (architecture === 'arm') return variant || 'v7'
  return variant === { amd64: 'v1', arm64: 'v8' }[architecture] ? '' : variant
}
