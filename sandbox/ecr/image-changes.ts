import type { InferOutput } from 'valibot'
import { EcrError, frozenTag, invalidParameter } from './ecr-error.ts'
import { requireRepository } from './ecr-state.ts'
import type { EcrState } from './ecr-state.ts'
import { failed, locateImage } from './locate-image.ts'
import type { ImageFailure, Located } from './locate-image.ts'
import { readManifest } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { recordPush, tagsOf } from './repository.ts'
import type { ImageId, Repository } from './repository.ts'
import type { batchDeleteImageRequest, putImageRequest } from './requests.ts'
import { isImmutable } from './tag-mutability.ts'

export async function putImage(request: InferOutput<typeof putImageRequest>, ecr: EcrState): Promise<unknown> {
  const repository = requireRepository(ecr, request)
  const bytes = Buffer.from(request.imageManifest)
  const manifest = readManifest(bytes)
  if (manifest === undefined) throw invalidParameter('imageManifest', 'Invalid JSON syntax')
  const mediaType = mediaTypeOf(request, manifest)
  const { imageTag, imageDigest = manifest.digest } = request
  if (imageDigest !== manifest.digest) {
    throw new EcrError(
      'ImageDigestDoesNotMatchException',
      `The specified image digest '${imageDigest}' does not match the digest '${manifest.digest}' that Amazon ECR calculated for the image.`,
    )
  }

  await repository.exclusively(async () => {
    refuseKnownOrFrozen(manifest, imageTag, repository, ecr)
    await refuseIncomplete(manifest, repository, ecr)
    const reference = imageTag ?? manifest.digest
    const { status, body } = await ecr.registry.putManifest(repository.name, reference, { bytes, mediaType })
    if (status !== 201) throw invalidParameter('imageManifest', body.toString())
    recordPush(repository, { manifest, mediaType, tag: imageTag, at: ecr.clock() })
  })
  return {
    image: {
      registryId: ecr.account,
      repositoryName: repository.name,
      imageId: { imageDigest, imageTag },
      imageManifest: request.imageManifest,
      imageManifestMediaType: mediaType,
    },
  }
}

export async function batchDeleteImage(
  request: InferOutput<typeof batchDeleteImageRequest>,
  ecr: EcrState,
): Promise<unknown> {
  const repository = requireRepository(ecr, request)
  const imageIds: ImageId[] = []
  const failures: ImageFailure[] = []
  for (const id of request.imageIds) {
    await repository.exclusively(async () => {
      const located = locateDeletable(id, repository)
      if (located.kind === 'failed') failures.push(located.failure)
      else imageIds.push(...(await deleteImage(located.image.digest, id.imageTag, repository, ecr)))
    })
  }
  return { imageIds, failures }
}

function mediaTypeOf(
  { imageManifestMediaType: declared }: InferOutput<typeof putImageRequest>,
  { mediaType = declared }: Manifest,
): string {
  if (mediaType === undefined) throw invalidParameter('imageManifestMediaType', 'Member must not be null')
  if (declared === undefined || declared === mediaType) return mediaType
  throw invalidParameter('imageManifestMediaType', `Member must be the manifest's own media type '${mediaType}'`)
}

function refuseKnownOrFrozen(
  { digest }: Manifest,
  tag: string | undefined,
  { name, images, tags, tagMutability }: Repository,
  { account }: EcrState,
): void {
  // An archived image is not known: to push it once more is a way to restore it.
  const hasImage = images.get(digest)?.status === 'ACTIVE'
  const isTagged = tag !== undefined && tags.get(tag) === digest
  const isKnown = hasImage && (tag === undefined || isTagged)
  if (isKnown) {
    throw new EcrError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${name}' in registry with id '${account}'`,
    )
  }
  if (tag !== undefined && tags.has(tag) && !isTagged && isImmutable(tag, tagMutability)) {
    throw new EcrError('ImageTagAlreadyExistsException', frozenTag(tag, name))
  }
}

async function refuseIncomplete(
  { blobs, children }: Manifest,
  { name, images }: Repository,
  { registry, account }: EcrState,
): Promise<void> {
  const requiredFor = `required for pushing image into repository with name '${name}' in the registry with id '${account}' do not exist`
  const absentImages = children.filter((digest) => !images.has(digest))
  if (absentImages.length > 0) {
    const message = `Images with digests '[${absentImages.join(', ')}]' ${requiredFor}`
    throw new EcrError('ReferencedImagesNotFoundException', message)
  }
  const presence = await Promise.all(
    blobs.map(async (digest) => ({ digest, has: await registry.hasBlob(name, digest) })),
  )
  const absentLayers = presence.filter(({ has }) => !has).map(({ digest }) => digest)
  if (absentLayers.length > 0) {
    const message = `Layers with digests '[${absentLayers.join(', ')}]' ${requiredFor}`
    throw new EcrError('LayersNotFoundException', message)
  }
}

function locateDeletable(id: ImageId, repository: Repository): Located {
  const located = locateImage(id, repository)
  if (located.kind === 'failed' || isUntaggingOnly(located.image.digest, id.imageTag, repository)) return located
  const { digest } = located.image
  const parents = [...repository.images.values()].filter(({ manifest }) => manifest.children.includes(digest))
  if (parents.length === 0) return located
  const reason = `Requested image referenced by manifest list: [${parents.map((parent) => parent.digest).join(', ')}]`
  return failed(id, 'ImageReferencedByManifestList', reason)
}

function isUntaggingOnly(digest: string, tag: string | undefined, repository: Repository): boolean {
  return tag !== undefined && tagsOf(repository, digest).length > 1
}

/** Deletes one tag, or the whole image where no tag was named or no other is left; says which ids are gone. */
async function deleteImage(
  digest: string,
  tag: string | undefined,
  repository: Repository,
  { registry }: EcrState,
): Promise<ImageId[]> {
  const tags = tagsOf(repository, digest)
  const gone = isUntaggingOnly(digest, tag, repository) ? tags.filter((each) => each === tag) : tags
  const kept = tags.filter((each) => !gone.includes(each))
  const image = repository.images.get(digest)
  const manifest = Buffer.from(await registry.readManifest(repository.name, digest))

  await registry.deleteManifest(repository.name, digest)
  for (const each of kept) {
    // The registry deletes manifests with all their tags, so the other tags have to be put back.
    await registry.putManifest(repository.name, each, { bytes: manifest, mediaType: image?.mediaType ?? '' })
  }
  for (const each of gone) repository.tags.delete(each)
  if (kept.length === 0) repository.images.delete(digest)
  return gone.length === 0 ? [{ imageDigest: digest }] : gone.map((imageTag) => ({ imageDigest: digest, imageTag }))
}
