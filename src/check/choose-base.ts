import { findBase } from '../dockerfile/find-base.ts'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { InputError } from '../model/input-error.ts'
import type { Platform } from '../model/platform.ts'
import {
  formatReference,
  InvalidReferenceError,
  parseReference,
  type Reference,
  withImpliedTag,
} from '../model/reference.ts'

/**
 * Which base image to watch: the one that the Dockerfile is built on. The input "baseImage" may name it again, also at
 * a mirror's host; another repository or tag is refused, since what is watched must be what is built on.
 * Throws InputError, or InvalidDockerfileError.
 */
export function chooseBase(dockerfileText: string, platform: Platform, baseImage: string | undefined): Reference {
  const base = findBase(readDockerfile(dockerfileText, { platform }))
  const named = baseImage === undefined ? undefined : parseBaseImage(baseImage)
  if (base.kind === 'scratch') {
    if (named !== undefined) return withImpliedTag(named)
    throw new InputError(
      'baseImage',
      'is empty, but the Dockerfile is built FROM scratch, which never moves. Name the image to watch.',
    )
  }
  const { reference } = base
  if (named !== undefined && (named.repository !== reference.repository || tagOf(named) !== tagOf(reference))) {
    throw new InputError(
      'baseImage',
      `names ${formatReference(named)}, but the Dockerfile is built on ${formatReference(reference)}. Leave the input empty, or make both the same.`,
    )
  }
  return withImpliedTag(reference)
}

/** An image reference, or the address of Microsoft's tag catalogue with the tag behind a colon. */
function parseBaseImage(text: string): Reference {
  const [, host, repository, tag] = /^https:\/\/([^/]+)\/api\/v1\/catalog\/(.+)\/tags:([^:/]+)$/.exec(text) ?? []
  const reference = host === undefined ? text : `${host}/${repository ?? ''}:${tag ?? ''}`
  try {
    return parseReference(reference)
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    throw new InputError(
      'baseImage',
      `cannot be read: ${error.message} Write it as mcr.microsoft.com/dotnet/aspnet:10.0.`,
      { cause: error },
    )
  }
}

function tagOf({ tag }: Reference): string {
  return tag ?? 'latest'
}
