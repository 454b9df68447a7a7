import {
  DescribeImagesCommand,
  type ImageDetail,
  type ImageIdentifier,
  PutImageCommand,
  type Repository as RepositoryDescription,
} from '@aws-sdk/client-ecr'
import type { Digest } from '../model/digest.ts'
import {
  ImmutableTagError,
  type Repository,
  type RepositoryDetails,
  type RepositorySettings,
} from '../publish/repository.ts'
import { requireOwnAccount, requireOwnAddress } from './believe-address.ts'
import { consolePage } from './console-page.ts'
import { countAttempts } from './count-attempts.ts'
import { createRepository } from './create-repository.ts'
import type { EcrConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'
import { readAuthorization } from './read-authorization.ts'
import { describeRepository, readConfigDigest, fetchManifest } from './read-releases.ts'
import { readTagSettings } from './tag-mutability.ts'

type Manifest = Awaited<ReturnType<typeof fetchManifest>>

/** The publishing side of a repository of ECR, without what it shares with the reading side. */
export function publishReleases(
  ecr: EcrConnection,
  mask: (secret: string) => void,
): Omit<Repository, 'tags' | 'readConfig'> {
  const manifests = new Map<Digest, ReturnType<typeof fetchManifest>>()
  /** Where a push would go, as ECR says. */
  let registry: string | undefined
  /** All floating tags get the same bytes, which are fetched once. */
  const manifestOf = (digest: Digest) => {
    const manifest = manifests.get(digest) ?? fetchManifest(ecr, digest)
    manifests.set(digest, manifest)
    return manifest
  }
  return {
    async describe() {
      const details = await describe(ecr)
      registry = details?.uri.split('/')[0]
      return details
    },
    async create(settings) {
      const created = await create(ecr, settings)
      registry = created.details.uri.split('/')[0]
      return created
    },
    async expectedUri() {
      const { repositoryName, registryId = '' } = ecr.repository
      const { host } = new URL((await readAuthorization(ecr, mask)).endpoint)
      if (!host.startsWith(registryId)) return undefined
      const uri = `${host}/${repositoryName}`
      requireOwnAddress(ecr, uri)
      return uri
    },
    readConfigDigest: (digest) => readConfigDigest(ecr, digest),
    async describeImage(digest) {
      const id = { imageDigest: digest }
      const { imagePushedAt, imageSizeInBytes = 0 } = (await describeImage(ecr, id)) ?? {}
      if (imagePushedAt === undefined) {
        throw new EcrError(descriptionOf(ecr, id), { what: 'no-image', code: 'ImageNotFound', said: 'it is not there' })
      }
      return { pushedAt: imagePushedAt, size: imageSizeInBytes }
    },
    async credentials() {
      const { endpoint, credentials } = await readAuthorization(ecr, mask)
      if (registry !== undefined) requireOwnAccount(ecr, registry, endpoint)
      return credentials
    },
    async pointTag(tag, digest) {
      return pointTag(ecr, tag, { digest, ...(await manifestOf(digest)) })
    },
  }
}

async function describe(ecr: EcrConnection): Promise<RepositoryDetails | undefined> {
  const repository = await describeRepository(ecr)
  return repository === undefined ? undefined : readDetails(ecr, repository)
}

function readDetails(ecr: EcrConnection, repository: RepositoryDescription): RepositoryDetails {
  const { repositoryUri: uri, repositoryArn = '' } = repository
  if (uri === undefined) throw new EcrError(`describe the ${ecr.place}`, { what: 'no-address' })
  requireOwnAddress(ecr, uri)
  const page = consolePage(repositoryArn)
  return { uri, tagSettings: readTagSettings(repository), ...(page !== undefined && { page }) }
}

async function create(ecr: EcrConnection, settings: RepositorySettings): ReturnType<Repository['create']> {
  const { description, isNew } = await createRepository(ecr, settings)
  const details = description === undefined ? await describe(ecr) : readDetails(ecr, description)
  if (details !== undefined) return { details, isNew }
  throw new EcrError(`create the ${ecr.place}`, { what: 'vanished' })
}

async function pointTag(
  ecr: EcrConnection,
  tag: string,
  { digest, bytes, mediaType }: Manifest & { readonly digest: Digest },
): Promise<'moved' | 'unchanged'> {
  const { send, isRepeated } = countAttempts((client, options) =>
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
  )
  // A repeated request may find what the first one did, whose answer got lost: two cards are better than none.
  const asFound = () => (isRepeated() ? 'moved' : 'unchanged')
  try {
    const attempted = `tag ${digest} as ${tag} in the ${ecr.place}`
    const answer = await ecr.ask(attempted, send, ['ImageAlreadyExistsException'])
    return answer === undefined ? asFound() : 'moved'
  } catch (error) {
    if (!(error instanceof EcrError && error.code === 'ImageTagAlreadyExistsException')) throw error
    // A frozen tag is refused to the image that has it as well.
    const tagged = await describeImage(ecr, { imageTag: tag })
    if (tagged?.imageDigest === digest) return asFound()
    throw new ImmutableTagError(tag, { cause: error })
  }
}

async function describeImage(ecr: EcrConnection, id: ImageIdentifier): Promise<ImageDetail | undefined> {
  const answer = await ecr.ask(
    descriptionOf(ecr, id),
    (client, options) => client.send(new DescribeImagesCommand({ ...ecr.repository, imageIds: [id] }), options),
    ['ImageNotFoundException'],
  )
  return answer?.imageDetails?.[0]
}

function descriptionOf(ecr: EcrConnection, id: ImageIdentifier): string {
  return `describe ${id.imageDigest ?? String(id.imageTag)} in the ${ecr.place}`
}
