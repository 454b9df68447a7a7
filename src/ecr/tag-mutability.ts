import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from '@aws-sdk/client-ecr'
import type { TagSettings } from '../model/tag-settings.ts'

/** A repository's settings for tags, in ECR's words. */
export interface TagMutability {
  readonly imageTagMutability?: string | undefined
  readonly imageTagMutabilityExclusionFilters?: readonly { readonly filter: string | undefined }[] | undefined
}

/** A repository has a setting that this version does not know. */
export class UnknownSettingError extends Error {
  override readonly name = 'UnknownSettingError'
  /** The tag mutability, in ECR's words. */
  readonly setting: string

  constructor(setting: string) {
    super(setting)
    this.setting = setting
  }
}

/**
 * Reads how ECR describes a repository's tags.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 * Throws UnknownSettingError for a setting that is not known: it could mean either.
 */
export function readTagSettings({
  imageTagMutability = 'MUTABLE',
  imageTagMutabilityExclusionFilters = [],
}: TagMutability): TagSettings {
  const exceptions = imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? [])
  switch (imageTagMutability) {
    case 'MUTABLE':
      return { tags: 'movable', exceptions: [] }
    case 'IMMUTABLE':
      return { tags: 'frozen', exceptions: [] }
    case 'MUTABLE_WITH_EXCLUSION':
      return { tags: 'movable', exceptions }
    case 'IMMUTABLE_WITH_EXCLUSION':
      return { tags: 'frozen', exceptions }
    default:
      throw new UnknownSettingError(imageTagMutability)
  }
}

/** The same settings as ECR's API takes them. */
export function writeTagSettings({ tags, exceptions }: TagSettings): {
  readonly imageTagMutability: ImageTagMutability
  readonly imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[]
} {
  const imageTagMutability = tags === 'movable' ? 'MUTABLE' : 'IMMUTABLE'
  if (exceptions.length === 0) return { imageTagMutability }
  return {
    imageTagMutability: `${imageTagMutability}_WITH_EXCLUSION`,
    imageTagMutabilityExclusionFilters: exceptions.map((filter) => ({ filterType: 'WILDCARD', filter })),
  }
}
