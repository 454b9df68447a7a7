import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Caller } from '../iam/identities.ts'
import { actionOf } from './actions.ts'
import { frozenTag, noSuchRepository } from './ecr-error.ts'
import type { EcrState } from './ecr-state.ts'
import { readManifest } from './manifest.ts'
import { denialOf } from './permission.ts'
import { createRepository } from './repository-operations.ts'
import { findImage, recordPush } from './repository.ts'
import type { Repository } from './repository.ts'
import { isImmutable } from './tag-mutability.ts'

/** What a path below `/v2/` is about. */
interface Target {
  readonly repositoryName: string
  readonly kind: 'manifests' | 'blobs' | 'tags'
  /** A tag or digest, `uploads/...` or `list`. */
  readonly rest: string
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly ecr: EcrState
}

/** Answers docker's registry protocol: applies ECR's rules, then lets the registry behind do the work. */
export async function answerGate(request: IncomingMessage, response: ServerResponse, ecr: EcrState): Promise<void> {
  const exchange: Exchange = { request, response, ecr }
  const admission = ecr.tokens.admit(request.headers.authorization)
  if (admission === 'unknown') {
    challenge(exchange)
    return
  }
  if (admission === 'expired') {
    refuse(response, 403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.')
    return
  }
  const target = readTarget(request)
  if (target === undefined) {
    await passOn(exchange)
    return
  }
  const denial = denialAt(request, target, { caller: admission, ecr })
  if (denial !== undefined) {
    refuse(response, 403, 'DENIED', denial)
    return
  }
  if (isFirstPush(request, target, ecr)) createByPush(target.repositoryName, ecr)
  const repository = ecr.repositories.get(target.repositoryName)
  if (repository === undefined) {
    refuse(response, 404, 'NAME_UNKNOWN', noSuchRepository(target.repositoryName, ecr.account))
    return
  }
  await answerInRepository(exchange, repository, target)
}

async function answerInRepository(exchange: Exchange, repository: Repository, { kind, rest }: Target): Promise<void> {
  const { request, response, ecr } = exchange
  const isUpload = kind === 'blobs' && rest.startsWith('uploads/')
  if (request.method === 'DELETE' && !isUpload) {
    refuse(response, 405, 'UNSUPPORTED', 'The operation is unsupported.')
  } else if (request.method === 'PUT' && kind === 'manifests') {
    await pushManifest(exchange, repository, rest)
  } else if (kind === 'manifests' && isArchived(repository, rest)) {
    refuse(response, 404, 'MANIFEST_UNKNOWN', 'Requested image not found')
  } else if (request.method === 'GET' && kind === 'blobs' && (await ecr.registry.hasBlob(repository.name, rest))) {
    response.writeHead(307, { location: ecr.downloads.address(repository.name, rest) }).end()
  } else if (kind === 'tags' && repository.tags.size === 0) {
    // The registry behind knows a repository only from its first image on.
    writeJson(response, 200, { name: repository.name, tags: [] })
  } else {
    await passOn(exchange)
  }
}

function denialAt(
  { method = '', url = '' }: IncomingMessage,
  { repositoryName }: Target,
  { caller, ecr }: { readonly caller: Caller; readonly ecr: EcrState },
): string | undefined {
  const action = actionOf(`${method} ${url}`)
  return action === undefined ? undefined : denialOf(caller, { action, repositoryName }, ecr)
}

/** A push begins with the upload of a blob. */
function isFirstPush({ method }: IncomingMessage, { repositoryName, kind }: Target, ecr: EcrState): boolean {
  return method === 'POST' && kind === 'blobs' && !ecr.repositories.has(repositoryName)
}

function createByPush(repositoryName: string, ecr: EcrState): void {
  if (ecr.createOnPush === undefined) return
  const { mode, filters } = ecr.createOnPush
  createRepository(
    {
      repositoryName,
      tags: [],
      imageTagMutability: mode,
      ...(filters.length > 0 && {
        imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
      }),
    },
    ecr,
  )
}

function isArchived(repository: Repository, reference: string): boolean {
  const image = findImage(repository, reference.includes(':') ? { imageDigest: reference } : { imageTag: reference })
  return image !== undefined && image.status !== 'ACTIVE'
}

async function pushManifest({ request, response, ecr }: Exchange, repository: Repository, reference: string) {
  const bytes = await buffer(request)
  const tag = reference.startsWith('sha256:') ? undefined : reference
  const { 'content-type': mediaType = '', host } = request.headers
  await repository.exclusively(async () => {
    if (tag !== undefined && repository.tags.has(tag) && isImmutable(tag, repository.tagMutability)) {
      refuse(response, 400, 'TAG_INVALID', frozenTag(tag, repository.name))
      return
    }
    const answer = await ecr.registry.putManifest(repository.name, reference, { bytes, mediaType, host })
    const manifest = readManifest(bytes)
    if (answer.status === 201 && manifest !== undefined) {
      recordPush(repository, { manifest, mediaType, tag, at: ecr.clock() })
    }
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
}

/** Hands the request to the registry as it is; the client's Host header makes upload addresses lead through the gate. */
async function passOn({ request, response, ecr }: Exchange): Promise<void> {
  const headers = { ...request.headers }
  delete headers.authorization
  delete headers.connection
  delete headers.expect
  const { method = 'GET', url: path = '/' } = request
  const answer = await ecr.registry.send({ method, path, headers, body: request })
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  await pipeline(answer, response)
}

function readTarget({ url = '/' }: IncomingMessage): Target | undefined {
  const { pathname } = new URL(url, 'http://localhost')
  const [, repositoryName, kind, rest] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(pathname) ?? []
  if (repositoryName === undefined || rest === undefined) return undefined
  if (kind !== 'manifests' && kind !== 'blobs' && kind !== 'tags') return undefined
  return { repositoryName, kind, rest: decodeURIComponent(rest) }
}

function challenge({ response, ecr }: Exchange): void {
  response.writeHead(401, {
    'content-type': 'text/plain; charset=utf-8',
    'docker-distribution-api-version': 'registry/2.0',
    'www-authenticate': `Basic realm="http://${ecr.host}/",service="ecr.amazonaws.com"`,
  })
  response.end('Not Authorized\n')
}

/** Writes an error as the registry protocol does. */
export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  writeJson(response, status, { errors: [{ code, message }] })
}

function writeJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'docker-distribution-api-version': 'registry/2.0',
  })
  response.end(JSON.stringify(document))
}
