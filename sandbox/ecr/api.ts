import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import * as v from 'valibot'
import type { GenericSchema, InferOutput } from 'valibot'
import type { Caller } from '../iam/identities.ts'
import { signedRegion } from '../iam/request-signature.ts'
import { actionOf } from './actions.ts'
import { EcrError } from './ecr-error.ts'
import type { Called, EcrState } from './ecr-state.ts'
import { batchDeleteImage, putImage } from './image-changes.ts'
import { batchGetImage, describeImages, getDownloadUrlForLayer, listImages } from './image-operations.ts'
import { denialOf, requireCaller } from './permission.ts'
import {
  createRepository,
  describeRepositories,
  getAuthorizationToken,
  listTagsForResource,
  putImageTagMutability,
} from './repository-operations.ts'
import * as requests from './requests.ts'

type Operation = (body: Buffer, ecr: Called) => unknown

const operations: ReadonlyMap<string, Operation> = new Map([
  ['BatchDeleteImage', operation(requests.batchDeleteImageRequest, batchDeleteImage)],
  ['BatchGetImage', operation(requests.batchGetImageRequest, batchGetImage)],
  ['CreateRepository', operation(requests.createRepositoryRequest, createRepository)],
  ['DescribeImages', operation(requests.describeImagesRequest, describeImages)],
  ['DescribeRepositories', operation(requests.describeRepositoriesRequest, describeRepositories)],
  ['GetAuthorizationToken', operation(requests.getAuthorizationTokenRequest, getAuthorizationToken)],
  ['GetDownloadUrlForLayer', operation(requests.getDownloadUrlForLayerRequest, getDownloadUrlForLayer)],
  ['ListImages', operation(requests.listImagesRequest, listImages)],
  ['ListTagsForResource', operation(requests.listTagsForResourceRequest, listTagsForResource)],
  ['PutImage', operation(requests.putImageRequest, putImage)],
  ['PutImageTagMutability', operation(requests.putImageTagMutabilityRequest, putImageTagMutability)],
])

/** The operation that a `POST /` asks for, such as `DescribeImages`. */
export function operationOf({ headers }: IncomingMessage): string {
  const [, name = 'unknown'] =
    /^AmazonEC2ContainerRegistry_V20150921\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? []
  return name
}

/** Answers ECR's API: AWS JSON 1.1 over `POST /`. */
export async function answerApi(request: IncomingMessage, response: ServerResponse, ecr: EcrState): Promise<void> {
  const body = await buffer(request)
  try {
    const registry = registryAsked(request, body, ecr)
    const caller = requireCaller(request, body, registry)
    const operation = operationOf(request)
    const act = operations.get(operation)
    if (act === undefined) throw new EcrError('UnknownOperationException', 'The local ECR has no such operation.')
    requireAllowed(caller, operation, { body, ecr: registry })
    writeJson(response, 200, await act(body, { ...registry, caller }))
  } catch (error) {
    writeApiError(response, error instanceof EcrError ? error : new EcrError('ServerException', String(error), 500))
  }
}

/** The registry that a request is for; one that plays every registry is the one that was asked for. */
function registryAsked(request: IncomingMessage, body: Buffer, ecr: EcrState): EcrState {
  if (!ecr.playsEveryRegistry) return ecr
  const { registryId = ecr.account } = requests.parseRequest(v.object({ registryId: v.optional(v.string()) }), body)
  return { ...ecr, account: registryId, region: signedRegion(request) ?? ecr.region }
}

/** Throws EcrError where the caller's policy does not allow the operation, or a part of it. */
function requireAllowed(
  caller: Caller,
  operation: string,
  { body, ecr }: { readonly body: Buffer; readonly ecr: EcrState },
): void {
  const asked = requests.parseRequest(aboutRepositories, body)
  const names = asked.repositoryName === undefined ? asked.repositoryNames : [asked.repositoryName]
  const actions = [actionOf(operation) ?? '', ...(asked.tags.length > 0 ? ['ecr:TagResource'] : [])]
  for (const repositoryName of names.length > 0 ? names : [undefined]) {
    for (const action of actions) {
      const denial = denialOf(caller, { action, repositoryName }, ecr)
      if (denial !== undefined) throw new EcrError('AccessDeniedException', denial)
    }
  }
}

/** What IAM looks at in a request. */
const aboutRepositories = v.object({
  repositoryName: v.optional(v.string()),
  repositoryNames: v.optional(v.array(v.string()), []),
  tags: v.optional(v.array(v.unknown()), []),
})

/** Writes an error as AWS JSON 1.1 does. */
export function writeApiError(response: ServerResponse, { name, message, status }: EcrError): void {
  writeJson(response, status, { __type: name, message })
}

function operation<Schema extends GenericSchema>(
  schema: Schema,
  act: (request: InferOutput<Schema>, ecr: Called) => unknown,
): Operation {
  return (body, ecr) => act(requests.parseRequest(schema, body), ecr)
}

function writeJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
  response.end(JSON.stringify(document))
}
