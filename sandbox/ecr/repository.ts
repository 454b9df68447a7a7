import type { Manifest } from './manifest.ts'
import type { TagMutability } from './tag-mutability.ts'

/** An image as the repository lists it; its bytes are in the registry behind. */
export interface Image {
  readonly digest: string
  /** When this digest was first pushed. Tagging it once more does not change that. */
  readonly pushedAt: Date
  /** The media type that the manifest was pushed with. */
  readonly mediaType: string
  readonly manifest: Manifest
  /** An archived image is listed where it is asked for, and cannot be read. */
  status: ImageStatus
}

/** Archived images become active again by a restore, which takes minutes (ACTIVATING), or by another push. */
export type ImageStatus = 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'

/** An image without bytes in the registry behind: good for listings only. */
export interface ImageRecord {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string
  readonly tags: readonly string[]
  readonly pushedAt: Date
}

/** A repository's settings and what was pushed to it. */
export interface Repository {
  readonly name: string
  readonly arn: string
  readonly uri: string
  readonly createdAt: Date
  readonly scanOnPush: boolean
  readonly encryption: { readonly encryptionType: string; readonly kmsKey?: string | undefined }
  readonly resourceTags: readonly { readonly Key: string; readonly Value: string }[]
  tagMutability: TagMutability
  readonly images: Map<string, Image>
  /** From tag to digest. */
  readonly tags: Map<string, string>
  /** Runs what changes images or tags, one after the other, so that two pushes never both find a tag free. */
  readonly exclusively: <T>(change: () => Promise<T>) => Promise<T>
}

/** How a request names an image; with both given, both have to fit. */
export interface ImageId {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

/** The image that `id` names, if the repository has it. */
export function findImage({ images, tags }: Repository, { imageDigest, imageTag }: ImageId): Image | undefined {
  const tagged = imageTag === undefined ? undefined : tags.get(imageTag)
  if (imageTag !== undefined && tagged === undefined) return undefined
  if (imageDigest !== undefined && tagged !== undefined && tagged !== imageDigest) return undefined
  return images.get(imageDigest ?? tagged ?? '')
}

/** Notes that the registry took a manifest, and the tag that now stands on it. */
export function recordPush(
  { images, tags }: Repository,
  { manifest, mediaType, tag, at }: { manifest: Manifest; mediaType: string; tag: string | undefined; at: Date },
): void {
  const { digest } = manifest
  const image = images.get(digest)
  if (image === undefined) images.set(digest, { digest, pushedAt: at, mediaType, manifest, status: 'ACTIVE' })
  else image.status = 'ACTIVE'
  if (tag !== undefined) tags.set(tag, digest)
}

/** Adds images that nobody pushed. */
export function seed({ images, tags }: Repository, records: Iterable<ImageRecord>): void {
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
  const content = { layersSize: 0, blobs: [], children: [], subject: undefined }
  for (const { digest, tags: names, pushedAt } of records) {
    const manifest = { digest, mediaType, artifactMediaType: undefined, ...content }
    images.set(digest, { digest, pushedAt, mediaType, manifest, status: 'ACTIVE' })
    for (const name of names) tags.set(name, digest)
  }
}

export function tagsOf({ tags }: Repository, digest: string): string[] {
  return [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag)
}

/** Size in bytes as ECR reports it: the layers of an image; of an index, its largest child. */
export function sizeOf(repository: Repository, { manifest }: Image): number {
  const children = manifest.children.map((digest) => repository.images.get(digest))
  return manifest.layersSize ?? Math.max(0, ...children.map((child) => child?.manifest.layersSize ?? 0))
}

/** Gives back a function that runs the work handed to it one piece at a time, in order. */
export function oneAtATime(): Repository['exclusively'] {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}
