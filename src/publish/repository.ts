import type { RegistryCredentials } from '../model/credentials.ts'
import type { Digest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'

/** The repository of platform images, as far as publishing needs it. */
export interface Repository {
  /** Undefined where it does not exist. */
  describe(): Promise<RepositoryDetails | undefined>
  /** Creates it; one that somebody else created in the meantime is as good. */
  create(settings: RepositorySettings): Promise<RepositoryDetails>
  /** Every tag and the digest it stands on; undefined where the repository does not exist. */
  tags(): Promise<ReadonlyMap<string, Digest> | undefined>
  readConfig(digest: Digest): Promise<ImageConfig>
  /** When the image was pushed first; tags that it got later do not change that. */
  pushedAt(digest: Digest): Promise<Date>
  /** For a push; short-lived and already masked in the log. */
  credentials(): Promise<RegistryCredentials>
  /** Moves a tag to an image of this repository; throws ImmutableTagError where the settings forbid it. */
  pointTag(tag: string, digest: Digest): Promise<'moved' | 'unchanged'>
}

export interface RepositoryDetails {
  /** Registry and path: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet`. */
  readonly uri: string
}

export interface RepositorySettings {
  readonly scanOnPush: boolean
  /** Tags that can be set once only, as a pattern with at most two `*`; all others can move. */
  readonly immutableTags: string
}

/** The repository's settings keep this tag where it is. */
export class ImmutableTagError extends Error {
  override readonly name = 'ImmutableTagError'
  readonly tag: string

  constructor(tag: string, options?: ErrorOptions) {
    super(`The tag ${tag} cannot be moved: the repository's settings make it immutable.`, options)
    this.tag = tag
  }
}
