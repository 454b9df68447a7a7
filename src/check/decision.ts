import type { BuildRecord } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'
import type { Release, ReleaseLine, Version } from '../model/release-line.ts'
import type { NotJudged, Verdict } from '../model/verdict.ts'
import type { CheckError } from './check-error.ts'
import type { ChosenPurpose } from './choose-purpose.ts'
import type { Support } from './judge-support.ts'

/** The answer of a check with all that it rests on. */
export interface Decision {
  readonly releaseLine: ReleaseLine
  readonly purpose: ChosenPurpose
  readonly verdict: Verdict | NotJudged
  /** The answer's why in one sentence. */
  readonly explanation: string
  /** Undefined where the repository could not be looked at. */
  readonly repositoryExists?: boolean
  /** The highest release of the line. */
  readonly current?: Release
  readonly base: BaseNow
  /** What the highest release was built on, as far as it tells. */
  readonly previousBase: PreviousBase
  /** Undefined where nothing tells that the image has a .NET. */
  readonly support?: Support
  /** The release to make, or in a validation the one that a release would make. */
  readonly next?: NextRelease
  /** What to build on and to write into the image, where there is something to build. */
  readonly record?: BuildRecord
  /** What a person may want to know beside the answer; never a reason for it. */
  readonly notes: readonly Note[]
  /** What the release says of itself that was not believed. */
  readonly doubts?: readonly CheckError[]
}

export interface BaseNow {
  readonly reference: Reference
  readonly platform: Platform
  /** Undefined where the answer came from the catalogue's dates alone. */
  readonly digest?: Digest
  /** The .NET version in it, where its configuration was read. */
  readonly version?: string
}

/** As the release's record tells; only the version is read from the image itself. */
export interface PreviousBase {
  readonly name?: string
  readonly platform?: string
  readonly digest?: Digest
  readonly version?: string
}

export interface NextRelease {
  readonly version: Version
  readonly tag: string
}

export interface Note {
  /** A warning where a person should act. */
  readonly level: 'info' | 'warning'
  readonly text: string
}
