import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'
import type { ReleaseLine, VersionBump } from '../model/release-line.ts'
import type { ChosenPurpose } from './choose-purpose.ts'
import type { SupportPolicy } from './judge-support.ts'
import type { Policy } from './policy.ts'
import type { Registry } from './registry.ts'
import type { Releases } from './releases.ts'

export interface CheckRequest {
  readonly purpose: ChosenPurpose
  readonly releaseLine: ReleaseLine
  /** The base image with the tag to watch. */
  readonly base: Reference
  /** False where the final stage begins from scratch: then layers tell nothing about the base. */
  readonly standsOnBase: boolean
  readonly platform: Platform
  readonly forced: boolean
  readonly policy: Policy
  readonly supportPolicy: SupportPolicy
  /** Which part of the version a new release raises; `auto` goes by what changed. */
  readonly bump: VersionBump | 'auto'
  /** What the image is made of, beside its context; goes into the record. The Dockerfile's path is as it was given. */
  readonly dockerfile?: string
  readonly target?: string
  readonly buildArguments: Readonly<Record<string, string>>
  /** Where base images are really asked for; goes into the record. */
  readonly mirrors: Mirrors
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
  /** Whether this is not the run's first attempt. */
  readonly isRepeated: boolean
}

/** What the check asks of the outside. */
export interface CheckPorts {
  readonly registry: Registry
  readonly releases: Releases
  /** When the base's tag moved last, by Microsoft's catalogue. */
  readonly movedAt: (base: Reference, platform: Platform) => Promise<Date>
  /** The hash of what a build would take now; undefined where there are no sources to read. */
  readonly hashContext: (() => Promise<string>) | undefined
  readonly now: Date
}
