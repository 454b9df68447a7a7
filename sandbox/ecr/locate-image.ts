import { findImage } from './repository.ts'
import type { Image, ImageId, Repository } from './repository.ts'

/** Why one image of a batch was left out; the rest of the batch is not affected. */
export interface ImageFailure {
  readonly imageId: ImageId
  readonly failureCode: FailureCode
  readonly failureReason: string
}

type FailureCode =
  | 'ImageNotFound'
  | 'ImageReferencedByManifestList'
  | 'ImageTagDoesNotMatchDigest'
  | 'InvalidImageDigest'
  | 'MissingDigestAndTag'

/** An image of a batch, or the failure to report for it. */
export type Located =
  { readonly kind: 'found'; readonly image: Image } | { readonly kind: 'failed'; readonly failure: ImageFailure }

/** Looks up one image of a batch. */
export function locateImage(id: ImageId, repository: Repository): Located {
  const { imageDigest, imageTag } = id
  if (imageDigest === undefined && imageTag === undefined) {
    return failed(id, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null')
  }
  if (imageDigest !== undefined && !/^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/.test(imageDigest)) {
    const reason = `Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`
    return failed(id, 'InvalidImageDigest', reason)
  }
  const image = findImage(repository, id)
  if (image !== undefined) return { kind: 'found', image }
  if (imageDigest !== undefined && imageTag !== undefined && repository.tags.has(imageTag)) {
    return failed(id, 'ImageTagDoesNotMatchDigest', 'The tag does not stand on the image with that digest')
  }
  return failed(id, 'ImageNotFound', 'Requested image not found')
}

export function failed(imageId: ImageId, failureCode: FailureCode, failureReason: string): Located {
  return { kind: 'failed', failure: { imageId, failureCode, failureReason } }
}
