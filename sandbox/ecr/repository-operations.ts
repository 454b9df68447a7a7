import type { InferOutput } from 'valibot'
import { EcrError, invalidParameter } from './ecr-error.ts'
import { epochSeconds, requireRepository } from './ecr-state.ts'
import type { Called, EcrState } from './ecr-state.ts'
import { cutPage } from './paging.ts'
import { oneAtATime } from './repository.ts'
import type { Repository } from './repository.ts'
import type {
  createRepositoryRequest,
  describeRepositoriesRequest,
  getAuthorizationTokenRequest,
  listTagsForResourceRequest,
  putImageTagMutabilityRequest,
} from './requests.ts'
import type { TagMutability } from './tag-mutability.ts'

const maxResourceTags = 50

export function createRepository(request: InferOutput<typeof createRepositoryRequest>, ecr: EcrState): unknown {
  const { repositoryName: name, registryId = ecr.account, tags } = request
  if (registryId !== ecr.account) {
    throw new EcrError('AccessDeniedException', `Not authorized to create a repository in the registry '${registryId}'`)
  }
  if (ecr.repositories.has(name)) {
    throw new EcrError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${ecr.account}'`,
    )
  }
  refuseResourceTags(tags)
  const repository: Repository = {
    name,
    arn: `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/${name}`,
    uri: `${ecr.host}/${name}`,
    createdAt: ecr.clock(),
    scanOnPush: request.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: encryptionOf(request, ecr),
    resourceTags: tags,
    tagMutability: tagMutabilityOf(request),
    images: new Map(),
    tags: new Map(),
    exclusively: oneAtATime(),
  }
  ecr.repositories.set(name, repository)
  return { repository: repositoryDocument(repository, ecr) }
}

export function describeRepositories(request: InferOutput<typeof describeRepositoriesRequest>, ecr: EcrState): unknown {
  const { repositoryNames, registryId, maxResults, nextToken } = request
  if (repositoryNames !== undefined) {
    if (maxResults !== undefined || nextToken !== undefined) {
      throw invalidParameter('maxResults', 'Member must not be used together with repositoryNames')
    }
    const named = repositoryNames.map((repositoryName) => requireRepository(ecr, { registryId, repositoryName }))
    return { repositories: named.map((repository) => repositoryDocument(repository, ecr)) }
  }
  const page = cutPage([...ecr.repositories.values()], ({ name }) => name, request)
  return { repositories: page.items.map((each) => repositoryDocument(each, ecr)), nextToken: page.nextToken }
}

export function putImageTagMutability(
  request: InferOutput<typeof putImageTagMutabilityRequest>,
  ecr: EcrState,
): unknown {
  const repository = requireRepository(ecr, request)
  repository.tagMutability = tagMutabilityOf(request)
  return {
    registryId: ecr.account,
    repositoryName: repository.name,
    ...tagMutabilityDocument(repository.tagMutability),
  }
}

export function listTagsForResource(
  { resourceArn }: InferOutput<typeof listTagsForResourceRequest>,
  ecr: EcrState,
): unknown {
  const repository = [...ecr.repositories.values()].find(({ arn }) => arn === resourceArn)
  if (repository !== undefined) return { tags: repository.resourceTags }
  throw invalidParameter('resourceArn', 'Member must be the ARN of a repository of this registry')
}

export function getAuthorizationToken(
  { registryIds = [] }: InferOutput<typeof getAuthorizationTokenRequest>,
  { tokens, host, caller }: Called,
): unknown {
  const { token, expiresAt } = tokens.issue(caller)
  const data = { authorizationToken: token, expiresAt: epochSeconds(expiresAt), proxyEndpoint: `http://${host}` }
  return { authorizationData: registryIds.length === 0 ? [data] : registryIds.map(() => data) }
}

function repositoryDocument(repository: Repository, { account }: EcrState): unknown {
  return {
    repositoryArn: repository.arn,
    registryId: account,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: epochSeconds(repository.createdAt),
    ...tagMutabilityDocument(repository.tagMutability),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  }
}

function tagMutabilityDocument({ mode, filters }: TagMutability): object {
  if (filters.length === 0) return { imageTagMutability: mode }
  return {
    imageTagMutability: mode,
    imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
  }
}

function tagMutabilityOf(request: InferOutput<typeof putImageTagMutabilityRequest>): TagMutability {
  const { imageTagMutability: mode, imageTagMutabilityExclusionFilters: filters } = request
  const wantsFilters = mode === 'IMMUTABLE_WITH_EXCLUSION' || mode === 'MUTABLE_WITH_EXCLUSION'
  if (wantsFilters !== (filters !== undefined)) {
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      wantsFilters ? `Member must not be null with ${mode}` : `Member must be null with ${mode}`,
    )
  }
  return { mode, filters: filters?.map(({ filter }) => filter) ?? [] }
}

function encryptionOf(
  { encryptionConfiguration: wanted }: InferOutput<typeof createRepositoryRequest>,
  { region, account }: EcrState,
): Repository['encryption'] {
  if (wanted === undefined) return { encryptionType: 'AES256' }
  if (wanted.encryptionType !== 'AES256') {
    return { kmsKey: `arn:aws:kms:${region}:${account}:alias/aws/ecr`, ...wanted }
  }
  if (wanted.kmsKey === undefined) return wanted
  throw invalidParameter('encryptionConfiguration.kmsKey', 'Member must be null with AES256')
}

function refuseResourceTags(tags: Repository['resourceTags']): void {
  if (tags.length > maxResourceTags) {
    throw new EcrError('TooManyTagsException', `A resource can have at most ${String(maxResourceTags)} tags.`)
  }
  const keys = tags.map(({ Key }) => Key)
  const isValid = tags.every(({ Key, Value }) => Key.length >= 1 && Key.length <= 128 && Value.length <= 256)
  if (isValid && new Set(keys).size === keys.length && !keys.some((key) => key.startsWith('aws:'))) return
  throw new EcrError('InvalidTagParameterException', 'An invalid tag parameter has been specified.')
}
