import { assumeBase, type Base, findBase } from '../dockerfile/find-base.ts'
import type { ParsedDockerfile } from '../dockerfile/parsed-dockerfile.ts'
import { readDockerfile, type ReadingOptions } from '../dockerfile/read-dockerfile.ts'
import { invalidInput } from '../model/invalid-input.ts'
import { formatPlatform, samePlatform } from '../model/platform.ts'
import {
  formatReference,
  InvalidReferenceError,
  parseReference,
  type Reference,
  withImpliedTag,
} from '../model/reference.ts'

export interface BaseOptions extends ReadingOptions {
  /** The stage that is built; the last one where undefined. */
  readonly target?: string | undefined
  /** The input of that name. */
  readonly baseImage?: string | undefined
}

/** The base image to watch. */
export interface WatchedBase {
  readonly reference: Reference
  /** Whether what is built begins with its layers; not where the final stage is from scratch. */
  readonly standsOnBase: boolean
}

/**
 * Which base image to watch: the one that the Dockerfile is built on. The input "baseImage" may name it again, also at
 * a mirror's host, or tell it where the FROM is scratch or needs a value that nobody gives; another repository or tag
 * than the Dockerfile's is refused, since what is watched must be what is built on.
 * Throws InvalidInput, or InvalidDockerfileError.
 */
export function chooseBase(dockerfile: ParsedDockerfile, options: BaseOptions): WatchedBase {
  const { base, named } = readBase(dockerfile, options)
  if (base.kind === 'scratch') {
    if (named !== undefined) return { reference: withImpliedTag(named), standsOnBase: false }
    const reason = 'is empty, but the Dockerfile is built FROM scratch, which never moves'
    throw invalidInput('baseImage', reason, 'Name the image to watch')
  }
  const { reference, platform = options.platform } = base
  if (!samePlatform(platform, options.platform)) {
    const [written, wanted] = [formatPlatform(platform), formatPlatform(options.platform)]
    const reason = `is ${wanted}, but the Dockerfile's final FROM is for ${written}`
    throw invalidInput('platform', reason, 'Make both the same, or leave --platform out')
  }
  if (named !== undefined && !namesSame(named, reference)) {
    const reason = `names ${formatReference(named)}, but the Dockerfile is built on ${formatReference(reference)}`
    throw invalidInput('baseImage', reason, 'Leave the input empty, or make both the same')
  }
  return { reference: withImpliedTag(reference), standsOnBase: true }
}

/** What the Dockerfile is built on, and what the input names. */
function readBase(parsed: ParsedDockerfile, options: BaseOptions): { base: Base; named: Reference | undefined } {
  const named = options.baseImage === undefined ? undefined : parseBaseImage(options.baseImage)
  const dockerfile = readDockerfile(parsed, options)
  const known = named === undefined ? dockerfile : assumeBase(dockerfile, named, options.target)
  return { base: findBase(known, options.target), named }
}

/** An image reference, or the address of Microsoft's tag catalogue with the tag behind a colon. */
export function parseBaseImage(text: string): Reference {
  const [, host, repository, tag] =
    /^https:\/\/([^/]+)\/api\/v1\/catalog\/(.+)\/tags(?:\?reg=mar)?:([^:/]+)$/.exec(text) ?? []
  const reference = host === undefined ? text : `${host}/${repository ?? ''}:${tag ?? ''}`
  try {
    return parseReference(reference)
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    const rule = 'Write it as mcr.microsoft.com/dotnet/aspnet:10.0'
    throw invalidInput('baseImage', `cannot be read: ${error.reason}`, rule, { cause: error })
  }
}

/** A digest in the input has to be the Dockerfile's as well: one that only the input pins would not be built on. */
function namesSame(named: Reference, reference: Reference): boolean {
  const sameDigest = named.digest === undefined || named.digest === reference.digest
  return sameDigest && named.repository === reference.repository && tagOf(named) === tagOf(reference)
}

function tagOf({ tag }: Reference): string {
  return tag ?? 'latest'
}
