import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  type ImageDetail,
  type ImageIdentifier,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import type { Digest } from '../model/digest.ts'
import { ImmutableTagError, type Repository, type RepositoryDetails } from '../publish/repository.ts'
import type { EcrConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'
import { readToken } from './ecr-sign-in.ts'
import { describeRepository, readManifest } from './read-releases.ts'

/** The publishing side of a repository of ECR, without what it shares with the reading side. */
export function publishReleases(
  ecr: EcrConnection,
  mask: (secret: string) => void,
): Omit<Repository, 'tags' | 'readConfig'> {
  return {
    describe: () => describe(ecr),
    create: (settings) => create(ecr, settings),
    async pushedAt(digest) {
      const imagePushedAt = (await describeImage(ecr, { imageDigest: digest }))?.imagePushedAt
      if (imagePushedAt === undefined)
        throw new EcrError('ImageNotFoundException', `${digest} is not in the ${ecr.place}.`)
      return imagePushedAt
    },
    credentials: () => readToken(ecr, mask),
    pointTag: (tag, digest) => pointTag(ecr, tag, digest),
  }
}

async function describe(ecr: EcrConnection): Promise<RepositoryDetails | undefined> {
  const uri = (await describeRepository(ecr))?.repositoryUri
  return uri === undefined ? undefined : { uri }
}

async function create(
  ecr: EcrConnection,
  { scanOnPush, immutableTags }: Parameters<Repository['create']>[0],
): Promise<RepositoryDetails> {
  const answer = await ecr.ask(
    `create the ${ecr.place}`,
    (client, options) =>
      client.send(
        new CreateRepositoryCommand({
          ...ecr.repository,
          imageScanningConfiguration: { scanOnPush },
          imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: immutableTags }],
        }),
        options,
      ),
    ['RepositoryAlreadyExistsException'],
  )
  const uri = answer?.repository?.repositoryUri
  const details = uri === undefined ? await describe(ecr) : { uri }
  if (details === undefined)
    throw new EcrError('RepositoryNotFoundException', `Created the ${ecr.place}, but it is not there.`)
  return details
}

async function pointTag(ecr: EcrConnection, tag: string, digest: Digest): Promise<'moved' | 'unchanged'> {
  const { bytes, mediaType } = await readManifest(ecr, digest)
  try {
    const answer = await ecr.ask(
      `tag ${digest} as ${tag} in the ${ecr.place}`,
      (client, options) =>
        client.send(
          new PutImageCommand({
            ...ecr.repository,
            imageManifest: bytes,
            imageManifestMediaType: mediaType,
            imageTag: tag,
            imageDigest: digest,
          }),
          options,
        ),
      ['ImageAlreadyExistsException'],
    )
    return answer === undefined ? 'unchanged' : 'moved'
  } catch (error) {
    if (!(error instanceof EcrError && error.code === 'ImageTagAlreadyExistsException')) throw error
    // A frozen tag is refused to the image that has it as well.
    const tagged = await describeImage(ecr, { imageTag: tag })
    if (tagged?.imageDigest === digest) return 'unchanged'
    throw new ImmutableTagError(tag, { cause: error })
  }
}

async function describeImage(ecr: EcrConnection, id: ImageIdentifier): Promise<ImageDetail | undefined> {
  const answer = await ecr.ask(
    `describe ${id.imageDigest ?? String(id.imageTag)} in the ${ecr.place}`,
    (client, options) => client.send(new DescribeImagesCommand({ ...ecr.repository, imageIds: [id] }), options),
    ['ImageNotFoundException'],
  )
  return answer?.imageDetails?.[0]
}
