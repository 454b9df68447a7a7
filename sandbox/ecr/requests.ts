import * as v from 'valibot'
import { EcrError, invalidParameter } from './ecr-error.ts'
import { tagMutabilities } from './tag-mutability.ts'

// The constraints of ECR's service model (botocore data/ecr/2015-09-21), worded as the service words them.

const atLeast = (length: number) => `Member must have length greater than or equal to ${String(length)}`
const atMost = (length: number) => `Member must have length less than or equal to ${String(length)}`

function text(min: number, max: number) {
  return v.pipe(v.string(), v.minLength(min, atLeast(min)), v.maxLength(max, atMost(max)))
}

function matching(pattern: string) {
  return v.regex(new RegExp(`^(?:${pattern})$`), `must satisfy regular expression '${pattern}'`)
}

function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `Member must satisfy enum value set: [${options.join(', ')}]`)
}

function list<Item extends v.GenericSchema>(item: Item, max: number) {
  return v.pipe(v.array(item), v.minLength(1, atLeast(1)), v.maxLength(max, atMost(max)))
}

const registryId = v.pipe(v.string(), matching('[0-9]{12}'))
const repositoryName = v.pipe(
  text(2, 256),
  matching('[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*'),
)
const inRepository = { registryId: v.optional(registryId), repositoryName }
const paging = {
  nextToken: v.optional(v.string()),
  maxResults: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1, 'Member must have value greater than or equal to 1'),
      v.maxValue(1000, 'Member must have value less than or equal to 1000'),
    ),
  ),
}
const imageFilter = v.optional(
  v.object({
    tagStatus: v.optional(oneOf(['TAGGED', 'UNTAGGED', 'ANY'])),
    imageStatus: v.optional(oneOf(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'])),
  }),
)
const imageIds = list(v.object({ imageDigest: v.optional(v.string()), imageTag: v.optional(text(1, 300)) }), 100)
const exclusionFilter = v.object({
  filterType: oneOf(['WILDCARD']),
  filter: v.pipe(
    text(1, 128),
    matching('[0-9a-zA-Z._*-]{1,128}'),
    v.check((filter) => filter.split('*').length <= 3, 'can contain a maximum of 2 wildcards'),
  ),
})
const mutability = oneOf(tagMutabilities)
const exclusionFilters = v.optional(list(exclusionFilter, 5))

export const createRepositoryRequest = v.object({
  ...inRepository,
  tags: v.optional(v.array(v.object({ Key: v.string(), Value: v.string() })), []),
  imageTagMutability: v.optional(mutability, 'MUTABLE'),
  imageTagMutabilityExclusionFilters: exclusionFilters,
  imageScanningConfiguration: v.optional(v.object({ scanOnPush: v.optional(v.boolean(), false) })),
  encryptionConfiguration: v.optional(
    v.object({ encryptionType: oneOf(['AES256', 'KMS', 'KMS_DSSE']), kmsKey: v.optional(text(1, 2048)) }),
  ),
})
export const describeRepositoriesRequest = v.object({
  registryId: v.optional(registryId),
  repositoryNames: v.optional(list(repositoryName, 100)),
  ...paging,
})
export const putImageTagMutabilityRequest = v.object({
  ...inRepository,
  imageTagMutability: mutability,
  imageTagMutabilityExclusionFilters: exclusionFilters,
})
export const listTagsForResourceRequest = v.object({ resourceArn: v.string() })
export const getAuthorizationTokenRequest = v.object({ registryIds: v.optional(list(registryId, 10)) })
export const describeImagesRequest = v.object({
  ...inRepository,
  imageIds: v.optional(imageIds),
  filter: imageFilter,
  ...paging,
})
export const listImagesRequest = v.object({ ...inRepository, filter: imageFilter, ...paging })
export const batchGetImageRequest = v.object({
  ...inRepository,
  imageIds,
  acceptedMediaTypes: v.optional(list(v.string(), 100)),
})
export const batchDeleteImageRequest = v.object({ ...inRepository, imageIds })
export const putImageRequest = v.object({
  ...inRepository,
  imageManifest: text(1, 4_194_304),
  imageManifestMediaType: v.optional(v.string()),
  imageTag: v.optional(v.pipe(text(1, 300), matching('[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'))),
  imageDigest: v.optional(v.string()),
})
export const getDownloadUrlForLayerRequest = v.object({
  ...inRepository,
  layerDigest: v.pipe(v.string(), matching('[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+')),
})

/** Reads the JSON of a request. Throws EcrError (SerializationException, InvalidParameterException) as ECR does. */
export function parseRequest<Schema extends v.GenericSchema>(schema: Schema, body: Buffer): v.InferOutput<Schema> {
  const document = v.safeParse(v.pipe(v.string(), v.parseJson()), body.toString())
  if (!document.success) throw new EcrError('SerializationException', 'The request body is not JSON.')
  const request = v.safeParse(schema, document.output)
  if (request.success) return request.output
  const [issue] = request.issues
  throw invalidParameter(
    v.getDotPath(issue) ?? 'request',
    issue.input === undefined ? 'Member must not be null' : issue.message,
  )
}
