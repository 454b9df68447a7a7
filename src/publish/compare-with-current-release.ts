import { formatReplaced, type Origin } from '../model/build-record.ts'
import type { Release } from '../model/release-line.ts'

/** How the line stands towards an image that is about to be published. */
export type ReleaseComparison =
  | { readonly kind: 'as-checked' }
  /** A release of this very run is there already, from an earlier attempt. */
  | { readonly kind: 'published'; readonly release: Release }
  /** Another run has released the same content meanwhile. */
  | { readonly kind: 'equal'; readonly release: Release }
  | { readonly kind: 'superseded'; readonly expected: string; readonly found: string }
  /** The image does not say which release it replaces. */
  | { readonly kind: 'unknown' }

/** A release with what its image says of itself. */
export interface KnownRelease {
  readonly release: Release
  /** Undefined where it carries no record of this line. */
  readonly origin: Origin | undefined
}

/**
 * A publish is a compare-and-set, as `git push` is: the line must still end with the release that the check saw.
 * @param image what the image says of itself; undefined where it carries no record of this line
 * @param current the line's highest release now
 */
export function compareWithCurrentRelease(
  image: Origin | undefined,
  current: KnownRelease | undefined,
): ReleaseComparison {
  if (image === undefined) return { kind: 'unknown' }
  const found = formatReplaced(current === undefined ? { kind: 'none' } : { kind: 'release', ...current.release })
  const expected = formatReplaced(image.replaces)
  if (found === expected) return { kind: 'as-checked' }
  if (current?.origin !== undefined && image.run !== undefined && current.origin.run === image.run) {
    return { kind: 'published', release: current.release }
  }
  if (image.replaces.kind === 'unknown') return { kind: 'unknown' }
  if (current?.origin !== undefined && image.reason !== 'forced' && isMadeOfTheSame(image, current.origin)) {
    return { kind: 'equal', release: current.release }
  }
  return { kind: 'superseded', expected, found }
}

/** Doubt is no equality: an image that does not tell its context may be made of another one. */
function isMadeOfTheSame(one: Origin, other: Origin): boolean {
  return (
    one.basePlatformDigest === other.basePlatformDigest &&
    one.platform === other.platform &&
    one.contextHash !== undefined &&
    one.contextHash === other.contextHash
  )
}
