import type { VersionBump } from '../model/release-line.ts'
import type { BuildReason } from '../model/verdict.ts'

/** What a new release changes for those who use it. */
export interface Changes {
  readonly reason: BuildReason
  /** Undefined where the release does not tell what it was made of. */
  readonly contextChanged: boolean | undefined
  /** The .NET versions of the release and of the base now, where the images tell them. */
  readonly versions: { readonly before: string | undefined; readonly now: string | undefined }
}

/**
 * Which part of the version `auto` raises: the patch where only the operating system's layer is newer, or only the age
 * called for a rebuild; else the minor, so that a range such as `~1.4` never brings another .NET or other settings.
 */
export function chooseBump({ reason, contextChanged, versions }: Changes): VersionBump {
  if (contextChanged !== false || versions.before !== versions.now) return 'minor'
  // A base that moved without telling its version may hold anything; one that did not move is what it was.
  return reason === 'max-age' || (reason === 'base-moved' && versions.now !== undefined) ? 'patch' : 'minor'
}
