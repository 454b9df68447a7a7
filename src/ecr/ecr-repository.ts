import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  paginateDescribeImages,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import type { AwsCredentials } from '../aws/aws-settings.ts'
import type { Releases } from '../check/releases.ts'
import type { HttpClient } from '../http/http-client.ts'
import { type Digest, digestOf, isDigest } from '../model/digest.ts'
import { type ImageConfig, parseImageConfig } from '../model/image-config.ts'
import { manifestMediaTypes, parseManifest } from '../model/manifest.ts'
import { ImmutableTagError, type Repository, type RepositoryDetails } from '../publish/repository.ts'
import { attempt, EcrError } from './ecr-error.ts'

export interface EcrOptions {
  readonly repositoryName: string
  /** Account of the registry; the caller's own where undefined. */
  readonly registryId?: string
  readonly region: string
  readonly credentials: AwsCredentials
  readonly http: HttpClient
  /** Registers a secret with the log before it is used. */
  readonly mask: (secret: string) => void
}

/**
 * One repository of Amazon ECR. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
 * Throws EcrError; only a missing repository or image is an answer.
 */
export function ecrRepository({
  repositoryName,
  registryId,
  region,
  credentials,
  http,
  mask,
}: EcrOptions): Repository & Releases {
  const client = ecrClient(region, credentials)
  const there = { repositoryName, ...(registryId !== undefined && { registryId }) }
  const place = `repository ${repositoryName} in ${region}`

  return {
    async describe() {
      const answer = await attempt(
        `describe the ${place}`,
        () => client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], registryId })),
        ['RepositoryNotFoundException'],
      )
      const uri = answer?.repositories?.[0]?.repositoryUri
      return uri === undefined ? undefined : { uri }
    },

    async create(settings): Promise<RepositoryDetails> {
      const answer = await attempt(
        `create the ${place}`,
        () =>
          client.send(
            new CreateRepositoryCommand({
              ...there,
              imageScanningConfiguration: { scanOnPush: settings.scanOnPush },
              imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
              imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: settings.immutableTags }],
            }),
          ),
        ['RepositoryAlreadyExistsException'],
      )
      const uri = answer?.repository?.repositoryUri
      const details = uri === undefined ? await this.describe() : { uri }
      if (details === undefined)
        throw new EcrError('RepositoryNotFoundException', `Created the ${place}, but it is not there.`)
      return details
    },

    tags: () => readTags(client, there, place),

    readConfig: (digest) => readConfig(client, there, digest, http, place),

    async pushedAt(digest) {
      const answer = await attempt(`describe ${digest} in the ${place}`, () =>
        client.send(new DescribeImagesCommand({ ...there, imageIds: [{ imageDigest: digest }] })),
      )
      const pushedAt = answer?.imageDetails?.[0]?.imagePushedAt
      if (pushedAt === undefined) throw new EcrError('ImageNotFoundException', `${digest} is not in the ${place}.`)
      return pushedAt
    },

    async credentials() {
      const answer = await attempt(`sign in to ECR in ${region}`, () =>
        client.send(new GetAuthorizationTokenCommand({})),
      )
      const token = answer?.authorizationData?.[0]?.authorizationToken ?? ''
      const plain = Buffer.from(token, 'base64').toString('utf8')
      const colon = plain.indexOf(':')
      if (colon === -1) throw new EcrError('InvalidToken', `ECR in ${region} gave no authorization token.`)
      mask(token)
      mask(plain.slice(colon + 1))
      return { username: plain.slice(0, colon), password: plain.slice(colon + 1) }
    },

    async pointTag(tag, digest) {
      const { manifest, mediaType } = await readManifest(client, there, digest, place)
      try {
        const answer = await attempt(
          `tag ${digest} as ${tag} in the ${place}`,
          () =>
            client.send(
              new PutImageCommand({
                ...there,
                imageManifest: manifest,
                imageManifestMediaType: mediaType,
                imageTag: tag,
                imageDigest: digest,
              }),
            ),
          ['ImageAlreadyExistsException'],
        )
        return answer === undefined ? 'unchanged' : 'moved'
      } catch (error) {
        const refused = error instanceof EcrError && error.code === 'ImageTagAlreadyExistsException'
        throw refused ? new ImmutableTagError(tag, { cause: error }) : error
      }
    },
  }
}

interface There {
  readonly repositoryName: string
  readonly registryId?: string
}

function ecrClient(region: string, credentials: AwsCredentials): ECRClient {
  // The SDK would print a notice about a later end of Node 20 support into every pipeline log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return new ECRClient({ region, ...(credentials.kind === 'static' && { credentials }) })
}

/** Every tag, over all pages of the largest size; ECR gives them in no order. */
async function readTags(
  client: ECRClient,
  there: There,
  place: string,
): Promise<ReadonlyMap<string, Digest> | undefined> {
  return attempt(
    `list the tags of the ${place}`,
    async () => {
      const tags = new Map<string, Digest>()
      const pages = paginateDescribeImages({ client, pageSize: 1000 }, { ...there, filter: { tagStatus: 'TAGGED' } })
      for await (const { imageDetails = [] } of pages) {
        for (const { imageDigest, imageTags = [] } of imageDetails) {
          if (imageDigest !== undefined && isDigest(imageDigest))
            for (const tag of imageTags) tags.set(tag, imageDigest)
        }
      }
      return tags
    },
    ['RepositoryNotFoundException'],
  )
}

/** The very bytes that were pushed: ECR is asked for all forms, since it would convert to one that it was asked for. */
async function readManifest(client: ECRClient, there: There, digest: Digest, place: string) {
  const answer = await attempt(`read ${digest} in the ${place}`, () =>
    client.send(
      new BatchGetImageCommand({
        ...there,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: [...manifestMediaTypes],
      }),
    ),
  )
  const image = answer?.images?.[0]
  if (image?.imageManifest === undefined) {
    const failure = answer?.failures?.[0]
    throw new EcrError(
      failure?.failureCode ?? 'ImageNotFound',
      `Cannot read ${digest} in the ${place}: ${failure?.failureReason ?? 'it is not there'}.`,
    )
  }
  if (digestOf(image.imageManifest) !== digest) {
    throw new EcrError(
      'ImageDigestDoesNotMatchException',
      `Cannot read ${digest} in the ${place}: ECR gave other bytes.`,
    )
  }
  return { manifest: image.imageManifest, mediaType: image.imageManifestMediaType }
}

async function readConfig(
  client: ECRClient,
  there: There,
  digest: Digest,
  http: HttpClient,
  place: string,
): Promise<ImageConfig> {
  const manifest = parseManifest((await readManifest(client, there, digest, place)).manifest)
  if (manifest.kind === 'index') {
    throw new EcrError(
      'ImageIndex',
      `${digest} in the ${place} is an image index. Lines of several platforms are not kept yet.`,
    )
  }
  const layer = await attempt(`read the configuration of ${digest} in the ${place}`, () =>
    client.send(new GetDownloadUrlForLayerCommand({ ...there, layerDigest: manifest.config })),
  )
  const { status, body } = await http({ method: 'GET', url: layer?.downloadUrl ?? '' })
  if (status !== 200 || digestOf(body) !== manifest.config) {
    throw new EcrError(
      'LayerInaccessibleException',
      `Cannot read the configuration of ${digest} in the ${place}: its storage answered ${String(status)}. Run again.`,
    )
  }
  return parseImageConfig(body.toString('utf8'))
}
