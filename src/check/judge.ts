import type { Origin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import { formatPlatform, type Platform } from '../model/platform.ts'
import type { Verdict } from '../model/verdict.ts'

/** What a verdict rests on. What a rule does not need may be missing. */
export interface Facts {
  readonly forced: boolean
  readonly run: string
  readonly platform: Platform
  /** The highest release of the line; `origin` is missing where it carries no record of this line. */
  readonly release?: ReleaseFacts
  readonly base: { readonly digest: Digest; readonly platformDigest?: Digest }
}

export interface ReleaseFacts {
  readonly origin?: Origin
  /** Whether the bookmark stands on it, which every publish moves last. */
  readonly isFinished: boolean
}

/** Not enough is known yet: read this, then judge again. */
export interface Undecided {
  readonly kind: 'undecided'
  readonly needs: 'platform-digest'
}

/**
 * Does a line need a new release? The first rule that answers wins:
 * 0. forced (once a run), first release, other platform, no record to compare with: rebuild;
 * 1. the base tag names the recorded digest: up to date;
 * 2. the platform's own manifest is the recorded one, since only other platforms moved: up to date; else rebuild.
 * What is up to date, but whose publish was interrupted, is to be finished.
 */
export function judge({ forced, run, platform, release, base }: Facts): Verdict | Undecided {
  if (release === undefined) return { kind: 'rebuild', reason: 'first-release' }
  const { origin } = release
  if (forced && origin?.run !== run) return { kind: 'rebuild', reason: 'forced' }
  if (origin === undefined) return { kind: 'rebuild', reason: 'unverifiable' }
  if (origin.platform !== formatPlatform(platform)) return { kind: 'rebuild', reason: 'platform-changed' }

  const kind = release.isFinished ? 'up-to-date' : 'unfinished'
  if (base.digest === origin.baseDigest) return { kind, rule: 'index-digest' }
  if (base.platformDigest === undefined) return { kind: 'undecided', needs: 'platform-digest' }
  return base.platformDigest === origin.basePlatformDigest
    ? { kind, rule: 'platform-digest' }
    : { kind: 'rebuild', reason: 'base-moved' }
}
