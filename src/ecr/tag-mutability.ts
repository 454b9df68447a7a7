/** A repository's settings for tags, as ECR describes them. */
export interface TagSettings {
  readonly imageTagMutability?: string | undefined
  readonly imageTagMutabilityExclusionFilters?: readonly { readonly filter: string | undefined }[] | undefined
}

/**
 * Whether these settings refuse to move a tag that is on an image already.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 * Throws an Error for a setting that is not known: it could mean either.
 */
export function keepsTag(
  { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters = [] }: TagSettings,
  tag: string,
): boolean {
  const isExcluded = imageTagMutabilityExclusionFilters.some(({ filter }) => filter !== undefined && fits(tag, filter))
  switch (imageTagMutability) {
    case 'MUTABLE':
      return false
    case 'IMMUTABLE':
      return true
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded
    default:
      throw new Error(`The repository has the tag mutability ${imageTagMutability}, which this version does not know.`)
  }
}

/** Whether the whole tag fits a filter, in which `*` stands for any characters, also none. */
function fits(tag: string, filter: string): boolean {
  const literals = filter.split('*').map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`, 's').test(tag)
}
