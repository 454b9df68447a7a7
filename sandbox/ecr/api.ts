import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { GenericSchema, InferOutput } from 'valibot'
import { EcrError } from './ecr-error.ts'
import type { EcrState } from './ecr-state.ts'
import { batchDeleteImage, putImage } from './image-changes.ts'
import { batchGetImage, describeImages, getDownloadUrlForLayer, listImages } from './image-operations.ts'
import {
  createRepository,
  describeRepositories,
  getAuthorizationToken,
  listTagsForResource,
  putImageTagMutability,
} from './repository-operations.ts'
import { verifySignature } from './request-signature.ts'
import * as requests from './requests.ts'

type Operation = (body: Buffer, ecr: EcrState) => unknown

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
    verifySignature(request, body, ecr)
    const act = operations.get(operationOf(request))
    if (act === undefined) throw new EcrError('UnknownOperationException', 'The local ECR has no such operation.')
    writeJson(response, 200, await act(body, ecr))
  } catch (error) {
    writeApiError(response, error instanceof EcrError ? error : new EcrError('ServerException', String(error), 500))
  }
}

/** Writes an error as AWS JSON 1.1 does. */
export function writeApiError(response: ServerResponse, { name, message, status }: EcrError): void {
  writeJson(response, status, { __type: name, message })
}

function operation<Schema extends GenericSchema>(
  schema: Schema,
  act: (request: InferOutput<Schema>, ecr: EcrState) => unknown,
): Operation {
  return (body, ecr) => act(requests.parseRequest(schema, body), ecr)
}

function writeJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
  response.end(JSON.stringify(document))
}
