import type { Digest } from './digest.ts'
import { looksLikeVersion, type ReleaseLine, versionOf } from './release-line.ts'

/** A release whose image a floating tag is on. */
export interface ReleaseUnder {
  /** The version tag, `10.0-noble-1.4.0`. */
  readonly tag: string
  readonly isOfThisLine: boolean
}

/**
 * The release that a tag of the repository is on: one of this release line where there is one, else one of another line;
 * undefined where the tag does not exist, or is on an image that is no release.
 */
export function releaseUnder(
  tag: string,
  releaseLine: ReleaseLine,
  tags: ReadonlyMap<string, Digest>,
): ReleaseUnder | undefined {
  const digest = tags.get(tag)
  const names = [...tags].filter(([name, to]) => to === digest && looksLikeVersion(name)).map(([name]) => name)
  const own = names.find((name) => versionOf(releaseLine, name) !== undefined)
  const found = own ?? names[0]
  return digest === undefined || found === undefined ? undefined : { tag: found, isOfThisLine: own !== undefined }
}
