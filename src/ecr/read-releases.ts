import {
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  GetDownloadUrlForLayerCommand,
  type ImageDetail,
  paginateDescribeImages,
  type Repository as RepositoryDescription,
} from '@aws-sdk/client-ecr'
import type { Listing, Releases } from '../check/releases.ts'
import { ConnectionError, type HttpClient, TooLargeError } from '../http/http-client.ts'
import { type Digest, digestOf, isDigest } from '../model/digest.ts'
import { type ImageConfig, parseImageConfig, UnreadableImageError } from '../model/image-config.ts'
import { type IndexEntry, manifestMediaTypes, mostPlatformReads, parseManifest } from '../model/manifest.ts'
import { formatPlatform } from '../model/platform.ts'
import { freezingFilter, keepsTag } from '../model/tag-settings.ts'
import { requireStorageAddress } from './believe-address.ts'
import type { EcrConnection, Send } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'
import { readTagSettings } from './tag-mutability.ts'

/** The reading side of a repository of ECR. `http` fetches configurations from where ECR stores its layers. */
export function readReleases(ecr: EcrConnection, http: HttpClient): Releases {
  return {
    list: () => list(ecr),
    readConfig: (digest) => readConfig(ecr, digest, http),
    async isFrozen(tag) {
      const repository = await describeRepository(ecr)
      return repository !== undefined && keepsTag(readTagSettings(repository), tag)
    },
    async freezingFilter(tag) {
      const repository = await describeRepository(ecr)
      return repository && freezingFilter(readTagSettings(repository), tag)
    },
  }
}

/** Undefined where the repository does not exist. */
export async function describeRepository(ecr: EcrConnection): Promise<RepositoryDescription | undefined> {
  const { repositoryName, registryId } = ecr.repository
  const answer = await ecr.ask(
    `describe the ${ecr.place}`,
    (client, options) =>
      client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], registryId }), options),
    ['RepositoryNotFoundException'],
  )
  return answer?.repositories?.[0]
}

/** The very bytes that were pushed: ECR is asked for all forms, since it would convert to one that it was asked for. */
export async function fetchManifest(
  ecr: EcrConnection,
  digest: Digest,
): Promise<{ readonly bytes: string; readonly mediaType: string | undefined }> {
  const attempted = `read ${digest} in the ${ecr.place}`
  const answer = await ecr.ask(attempted, (client, options) =>
    client.send(
      new BatchGetImageCommand({
        ...ecr.repository,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: [...manifestMediaTypes],
      }),
      options,
    ),
  )
  const image = answer?.images?.[0]
  if (image?.imageManifest === undefined) {
    await refuseArchived(ecr, digest)
    const { failureCode: code = 'ImageNotFound', failureReason: said = 'it is not there' } = answer?.failures?.[0] ?? {}
    throw new EcrError(attempted, { what: 'no-image', code, said })
  }
  if (digestOf(image.imageManifest) !== digest) {
    throw new EcrError(attempted, { what: 'other-bytes', from: 'ECR' })
  }
  return { bytes: image.imageManifest, mediaType: image.imageManifestMediaType }
}

async function list(ecr: EcrConnection): Promise<Listing | undefined> {
  return ecr.ask(
    `list the tags of the ${ecr.place}`,
    async (client, options) => {
      const tags = new Map<string, Digest>()
      const pushedAt = new Map<Digest, Date>()
      for await (const { imageDigest: digest = '', imageTags = [], imagePushedAt } of images(ecr, client, options)) {
        if (!isDigest(digest)) throw new Error(`it lists an image as "${digest}", which is not a digest.`)
        for (const tag of imageTags) tags.set(tag, digest)
        if (imagePushedAt !== undefined) pushedAt.set(digest, imagePushedAt)
      }
      return { tags, pushedAt }
    },
    ['RepositoryNotFoundException'],
  )
}

/** Pages of a thousand images: ten times what ECR lets a repository hold without a raised quota. */
const mostPages = 1000

/** Pages in a row that may bring no new image: ECR fills pages before it filters. */
const mostEmptyPages = 400

/**
 * Every tagged image, over all pages of the largest size; ECR leaves archived ones out unless it is asked for any.
 * Throws EcrError where the pages do not end.
 */
async function* images(
  ecr: EcrConnection,
  ...[client, options]: Parameters<Send<unknown>>
): AsyncGenerator<ImageDetail> {
  const pages = paginateDescribeImages(
    { client, pageSize: 1000 },
    { ...ecr.repository, filter: { tagStatus: 'TAGGED', imageStatus: 'ANY' } },
    options,
  )
  const digests = new Set<string>()
  const tokens = new Set<string>()
  let emptyPages = 0
  let count = 0
  for await (const { imageDetails = [], nextToken } of pages) {
    const fresh = imageDetails.filter(({ imageDigest = '' }) => !digests.has(imageDigest))
    for (const { imageDigest = '' } of fresh) digests.add(imageDigest)
    yield* fresh
    emptyPages = fresh.length === 0 ? emptyPages + 1 : 0
    if (nextToken === undefined) continue
    if (tokens.has(nextToken) || emptyPages >= mostEmptyPages || ++count >= mostPages) {
      throw new EcrError(`list the images of the ${ecr.place}`, { what: 'endless-list' })
    }
    tokens.add(nextToken)
  }
}

/** The digest of an image's configuration; of an index, that of the only image it holds. */
export async function readConfigDigest(ecr: EcrConnection, digest: Digest): Promise<Digest> {
  const { bytes } = await fetchManifest(ecr, digest)
  const manifest = parse(attemptOn(ecr, digest), () => parseManifest(bytes))
  switch (manifest.kind) {
    case 'image':
      return manifest.config
    case 'artifact':
      throw new UnreadableImageError(attemptOn(ecr, digest))
    case 'index':
      return readConfigDigest(ecr, await onlyImage(ecr, digest, manifest.entries))
  }
}

async function readConfig(ecr: EcrConnection, digest: Digest, http: HttpClient): Promise<ImageConfig> {
  const layerDigest = await readConfigDigest(ecr, digest)
  const attempted = attemptOn(ecr, digest)
  const layer = await ecr.ask(
    attempted,
    (client, options) => client.send(new GetDownloadUrlForLayerCommand({ ...ecr.repository, layerDigest }), options),
    ['LayersNotFoundException', 'LayerInaccessibleException'],
  )
  if (layer?.downloadUrl === undefined) {
    await refuseArchived(ecr, digest)
    throw new EcrError(attempted, { what: 'no-layer' })
  }
  requireStorageAddress(ecr, attempted, layer.downloadUrl)
  const body = await download(attempted, layer.downloadUrl, http)
  if (digestOf(body) !== layerDigest) {
    throw new EcrError(attempted, { what: 'other-bytes', from: 'the storage of ECR' })
  }
  return parse(attempted, () => parseImageConfig(body.toString('utf8')))
}

function attemptOn(ecr: EcrConnection, digest: Digest): string {
  return `read the configuration of ${digest} in the ${ecr.place}`
}

/** What an index holds beside attestations and artifacts: `docker buildx build --push` makes one for a single platform. */
async function onlyImage(ecr: EcrConnection, digest: Digest, entries: readonly IndexEntry[]): Promise<Digest> {
  const images = entries.length === 1 ? entries : await withoutArtifacts(ecr, entries)
  const [only, ...more] = images
  if (only !== undefined && more.length === 0) return only.digest
  const platforms = images.map(({ platform }) =>
    platform === undefined ? 'one of no stated platform' : formatPlatform(platform),
  )
  throw new EcrError(attemptOn(ecr, digest), { what: 'several-platforms', platforms })
}

/** An index need not state platforms; then only its manifest tells an artifact from an image. */
async function withoutArtifacts(ecr: EcrConnection, entries: readonly IndexEntry[]): Promise<readonly IndexEntry[]> {
  const silent = entries.filter(({ platform }) => platform === undefined).slice(0, mostPlatformReads)
  const artifacts = new Set<IndexEntry>()
  for (const entry of silent) {
    const { bytes } = await fetchManifest(ecr, entry.digest)
    if (parse(attemptOn(ecr, entry.digest), () => parseManifest(bytes)).kind === 'artifact') artifacts.add(entry)
  }
  return entries.filter((entry) => !artifacts.has(entry))
}

/** Bytes; far above any real one. */
const largestConfiguration = 8 * 1024 * 1024

/** Fetches from the storage of layers, which is Amazon S3; the address is a secret for as long as it lives. */
async function download(attempted: string, url: string, http: HttpClient): Promise<Buffer> {
  try {
    const { status, body } = await http({ method: 'GET', url, maxBytes: largestConfiguration })
    if (status === 200) return body
    throw new EcrError(attempted, { what: 'storage-refused', status, host: new URL(url).host })
  } catch (error) {
    if (error instanceof TooLargeError) throw new UnreadableImageError(attempted, { cause: error })
    if (!(error instanceof ConnectionError)) throw error
    throw new EcrError(attempted, { what: 'storage-unreachable', connection: error })
  }
}

/** An archived image keeps its tags, but ECR says of its content only that there is none; throws EcrError for one. */
async function refuseArchived(ecr: EcrConnection, digest: Digest): Promise<void> {
  const image = await ecr.ask(`find ${digest} in the ${ecr.place}`, async (client, options) => {
    for await (const candidate of images(ecr, client, options)) if (candidate.imageDigest === digest) return candidate
    return undefined
  })
  const attempted = `read ${digest} in the ${ecr.place}`
  if (image?.imageStatus === 'ARCHIVED') throw new EcrError(attempted, { what: 'archived' })
  if (image?.imageStatus === 'ACTIVATING') throw new EcrError(attempted, { what: 'restoring' })
}

function parse<T>(attempted: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UnreadableImageError(attempted, { cause: error })
  }
}
