import type { InferOutput } from 'valibot'
import { EcrError, invalidParameter } from './ecr-error.ts'
import { epochSeconds, requireRepository } from './ecr-state.ts'
import type { EcrState } from './ecr-state.ts'
import { failed, locateImage } from './locate-image.ts'
import type { ImageFailure, Located } from './locate-image.ts'
import { cutPage } from './paging.ts'
import { findImage, sizeOf, tagsOf } from './repository.ts'
import type { Image, ImageId, Repository } from './repository.ts'
import type {
  batchGetImageRequest,
  describeImagesRequest,
  getDownloadUrlForLayerRequest,
  listImagesRequest,
} from './requests.ts'

type ImageFilter = InferOutput<typeof listImagesRequest>['filter']

export function describeImages(request: InferOutput<typeof describeImagesRequest>, ecr: EcrState): unknown {
  const repository = requireRepository(ecr, request)
  const tagsByDigest = groupTags(repository)
  const describe = (image: Image) => imageDocument(image, tagsByDigest.get(image.digest), repository, ecr)
  if (request.imageIds === undefined) {
    // ECR documents no order; that of digests keeps anyone from relying on the order of pushes.
    const page = cutPage(imagesBy(request.filter, repository), ({ digest }) => digest, request)
    return { imageDetails: page.items.map(describe), nextToken: page.nextToken }
  }
  if (request.maxResults !== undefined || request.nextToken !== undefined) {
    throw invalidParameter('maxResults', 'Member must not be used together with imageIds')
  }
  return { imageDetails: request.imageIds.map((id) => describe(requireImage(id, repository, ecr))) }
}

export function listImages(request: InferOutput<typeof listImagesRequest>, ecr: EcrState): unknown {
  const repository = requireRepository(ecr, request)
  const imageIds = imagesBy(request.filter, repository).flatMap(({ digest: imageDigest }): ImageId[] => {
    const tags = tagsOf(repository, imageDigest)
    return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }))
  })
  const page = cutPage(imageIds, ({ imageDigest = '', imageTag = '' }) => `${imageDigest} ${imageTag}`, request)
  return { imageIds: page.items, nextToken: page.nextToken }
}

export async function batchGetImage(
  request: InferOutput<typeof batchGetImageRequest>,
  ecr: EcrState,
): Promise<unknown> {
  const repository = requireRepository(ecr, request)
  const images: unknown[] = []
  const failures: ImageFailure[] = []
  for (const id of request.imageIds) {
    const located = locateReadable(id, repository)
    if (located.kind === 'failed') {
      failures.push(located.failure)
      continue
    }
    const { digest, mediaType } = located.image
    images.push({
      registryId: ecr.account,
      repositoryName: repository.name,
      imageId: { imageDigest: digest, imageTag: id.imageTag },
      imageManifest: await ecr.registry.readManifest(repository.name, digest),
      imageManifestMediaType: mediaType,
    })
  }
  return { images, failures }
}

export async function getDownloadUrlForLayer(
  request: InferOutput<typeof getDownloadUrlForLayerRequest>,
  ecr: EcrState,
): Promise<unknown> {
  const { name } = requireRepository(ecr, request)
  const { layerDigest } = request
  if (!(await ecr.registry.hasBlob(name, layerDigest))) {
    throw new EcrError(
      'LayersNotFoundException',
      `The layer with digest '${layerDigest}' does not exist within the repository with name '${name}' in the registry with id '${ecr.account}'`,
    )
  }
  return { downloadUrl: ecr.downloads.address(name, layerDigest), layerDigest }
}

function imagesBy(filter: ImageFilter, repository: Repository): Image[] {
  const { tagStatus = 'ANY', imageStatus = 'ACTIVE' } = filter ?? {}
  const images = [...repository.images.values()].filter(({ status }) => imageStatus === 'ANY' || imageStatus === status)
  if (tagStatus === 'ANY') return images
  const tagged = new Set(repository.tags.values())
  return images.filter(({ digest }) => tagged.has(digest) === (tagStatus === 'TAGGED'))
}

/** Pulls of archived images end with 404; here the API has the same answer. */
function locateReadable(id: ImageId, repository: Repository): Located {
  const located = locateImage(id, repository)
  if (located.kind === 'failed' || located.image.status === 'ACTIVE') return located
  return failed(id, 'ImageNotFound', 'Requested image not found')
}

/** The image that `id` names; throws ImageNotFoundException. */
export function requireImage(id: ImageId, repository: Repository, { account }: EcrState): Image {
  const image = findImage(repository, id)
  if (image !== undefined) return image
  const { imageDigest = 'null', imageTag = 'null' } = id
  throw new EcrError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${account}'`,
  )
}

/** All at once: asking for each image's tags would take minutes in a repository of ten thousand. */
function groupTags({ tags }: Repository): ReadonlyMap<string, readonly string[]> {
  const grouped = new Map<string, string[]>()
  for (const [tag, digest] of tags) {
    const others = grouped.get(digest)
    if (others === undefined) grouped.set(digest, [tag])
    else others.push(tag)
  }
  return grouped
}

function imageDocument(
  image: Image,
  imageTags: readonly string[] | undefined,
  repository: Repository,
  { account }: EcrState,
): unknown {
  return {
    registryId: account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags,
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: epochSeconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.manifest.artifactMediaType,
    subjectManifestDigest: image.manifest.subject,
    imageStatus: image.status,
  }
}
