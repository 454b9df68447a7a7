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
import { type IndexEntry, manifestMediaTypes, parseManifest } from '../model/manifest.ts'
import { formatPlatform } from '../model/platform.ts'
import { keepsTag } from '../model/tag-settings.ts'
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

/** Every tagged image, over all pages of the largest size; ECR leaves archived ones out unless it is asked for any. */
async function* images(
  ecr: EcrConnection,
  ...[client, options]: Parameters<Send<unknown>>
): AsyncGenerator<ImageDetail> {
  const pages = paginateDescribeImages(
    { client, pageSize: 1000 },
    { ...ecr.repository, filter: { tagStatus: 'TAGGED', imageStatus: 'ANY' } },
    options,
  )
  for await (const { imageDetails = [] } of pages) yield* imageDetails
}

/** The digest of an image's configuration; of an index, that of the only image it holds. */
export async function readConfigDigest(ecr: EcrConnection, digest: Digest): Promise<Digest> {
  const { bytes } = await fetchManifest(ecr, digest)
  const manifest = parse(attemptOn(ecr, digest), () => parseManifest(bytes))
  if (manifest.kind === 'image') return manifest.config
  return readConfigDigest(ecr, onlyImage(ecr, digest, manifest.entries))
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
  const body = await download(attempted, layer.downloadUrl, http)
  if (digestOf(body) !== layerDigest) {
    throw new EcrError(attempted, { what: 'other-bytes', from: 'the storage of ECR' })
  }
  return parse(attempted, () => parseImageConfig(body.toString('utf8')))
}

function attemptOn(ecr: EcrConnection, digest: Digest): string {
  return `read the configuration of ${digest} in the ${ecr.place}`
}

/** What an index holds beside attestations, as `docker buildx build --push` makes one for a single platform. */
function onlyImage(ecr: EcrConnection, digest: Digest, entries: readonly IndexEntry[]): Digest {
  const [only, ...more] = entries
  if (only !== undefined && more.length === 0) return only.digest
  const platforms = entries.map(({ platform }) => formatPlatform(platform))
  throw new EcrError(attemptOn(ecr, digest), { what: 'several-platforms', platforms })
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
