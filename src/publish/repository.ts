import type { RegistryCredentials } from '../model/credentials.ts'
import type { Digest } from '../model/digest.ts'
import type { ImageConfig } from '../model/image-config.ts'
import type { TagSettings } from '../model/tag-settings.ts'

/** The repository of platform images, as far as publishing needs it. */
export interface Repository {
  /** Undefined where it does not exist. */
  describe(): Promise<RepositoryDetails | undefined>
  /**
   * Creates it; one that somebody else created in the meantime is as good. Where ECR does not know the settings for
   * tags, the repository comes without them, as its details say.
   */
  create(settings: RepositorySettings): Promise<{ readonly details: RepositoryDetails; readonly isNew: boolean }>
  /**
   * Where a push would go, for a repository that does not exist: a registry may create it by the push. Undefined where
   * that is not known, as for the registry of another account.
   */
  expectedUri(): Promise<string | undefined>
  /** Every tag and the digest it stands on; undefined where the repository does not exist. */
  tags(): Promise<ReadonlyMap<string, Digest> | undefined>
  readConfig(digest: Digest): Promise<ImageConfig>
  /** The digest of an image's configuration, which engines take for the image's id. */
  readConfigDigest(digest: Digest): Promise<Digest>
  describeImage(digest: Digest): Promise<StoredImage>
  /** For a push; short-lived and already masked in the log. */
  credentials(): Promise<RegistryCredentials>
  /** Moves a tag to an image of this repository; throws ImmutableTagError where the settings forbid it. */
  pointTag(tag: string, digest: Digest): Promise<'moved' | 'unchanged'>
}

/** A repository without anything that could change it. */
export type ReadableRepository = Pick<Repository, 'describe' | 'tags' | 'readConfig' | 'readConfigDigest'>

export interface RepositoryDetails {
  /** Registry and path: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet`. */
  readonly uri: string
  readonly tagSettings: TagSettings
  /** Its web page in the AWS console, where that is known for the partition. */
  readonly page?: string
}

export interface RepositorySettings {
  readonly tagSettings: TagSettings
  readonly scanOnPush: boolean
  /** A key of AWS KMS, by its id, ARN or alias; ECR's own encryption where undefined. */
  readonly encryptionKey?: string
  /** AWS's tags on the repository itself, name -> value. */
  readonly resourceTags: Readonly<Record<string, string>>
}

export interface StoredImage {
  /** When the image was pushed first; tags that it got later do not change that. */
  readonly pushedAt: Date
  /** Bytes, compressed, as ECR counts them. */
  readonly size: number
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
