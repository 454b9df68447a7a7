import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type Credentials, identities, type Identities } from '../iam/identities.ts'
import { startRegistry } from '../registry-process.ts'
import { answerApi, operationOf, writeApiError } from './api.ts'
import { authorizationTokens } from './authorization-tokens.ts'
import { backingRegistry } from './backing-registry.ts'
import { EcrError } from './ecr-error.ts'
import { requireRepository } from './ecr-state.ts'
import type { EcrState } from './ecr-state.ts'
import { faults } from './faults.ts'
import type { Fault } from './faults.ts'
import { failRequest } from './fail-request.ts'
import { answerGate, refuse } from './gate.ts'
import { requireImage } from './image-operations.ts'
import { layerDownloads } from './layer-downloads.ts'
import { seed } from './repository.ts'
import type { ImageRecord, ImageStatus } from './repository.ts'
import type { TagMutability } from './tag-mutability.ts'

export interface LocalEcrOptions {
  /** An empty folder for the registry's storage. */
  readonly folder: string
  /** Twelve digits; 123456789012 if not given. */
  readonly account?: string
  /** `eu-west-1` if not given; requests signed for another region are refused. */
  readonly region?: string
  /**
   * Every account's registry in every region is this one, so all of them have the same repositories. Answers name the
   * account and the region that were asked for.
   */
  readonly playsEveryRegistry?: boolean
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** Others who may ask, such as sessions of the local STS. */
  readonly identities?: Identities
  /** The time for push dates and for the expiry of tokens and addresses. */
  readonly clock?: () => Date
  /** The first push to a repository creates it, as a creation template of the registry says. */
  readonly createOnPush?: TagMutability
  /** Milliseconds that pass before each request is looked at, as on the way to a region; 0 if not given. */
  readonly latency?: number
}

/** One request that the local ECR answered. */
export interface EcrRequest {
  /** `DescribeImages`, or method and path without query: `GET /v2/platform/aspnet/manifests/latest`. */
  readonly operation: string
  /** HTTP status; 0 when the connection was cut. */
  readonly status: number
}

/** A running Amazon ECR on the loopback interface: one account, one region. */
export interface LocalEcr {
  /** `http://localhost:<port>`, for AWS_ENDPOINT_URL_ECR. */
  readonly endpoint: string
  /** `localhost:<port>`: as it stands in an image reference. */
  readonly host: string
  readonly account: string
  readonly region: string
  readonly credentials: Credentials
  /** Every request answered so far, oldest first. */
  readonly requests: readonly EcrRequest[]
  /** The passwords that GetAuthorizationToken gave, oldest first. */
  passwords(): readonly string[]
  /** The tags of a repository with their digests, as the registry behind has them. */
  tags(repositoryName: string): Promise<ReadonlyMap<string, string>>
  /** Makes one of the requests to come fail; gives back a function that calls that off. */
  inject(fault: Fault): () => void
  /** Adds images to a repository that no engine pushed: they are listed at no cost, and cannot be read. */
  seed(repositoryName: string, images: Iterable<ImageRecord>): void
  /** Archives an image or restores it, as a lifecycle policy or a person does. */
  setStatus(repositoryName: string, digest: string, status: ImageStatus): void
  stop(): Promise<void>
}

/** Starts a local Amazon ECR: its API and docker's registry protocol on one port, in front of a real registry. */
export async function startLocalEcr(options: LocalEcrOptions): Promise<LocalEcr> {
  const { account = '123456789012', region = 'eu-west-1', clock = () => new Date(), latency = 0 } = options
  const { accessKeyId = 'AKIALOCALECRSANDBOX0', secretAccessKey = 'local-ecr-secret-access-key' } = options
  const credentials = { accessKeyId, secretAccessKey }
  const callers = options.identities ?? identities()
  callers.add({ ...credentials, arn: `arn:aws:iam::${account}:user/local` })
  const registryProcess = await startRegistry(options.folder)
  const registry = backingRegistry(registryProcess.host)
  const server = createServer()
  const port = await listen(server)
  const host = `localhost:${String(port)}`
  const tokens = authorizationTokens(clock)
  const downloads = layerDownloads({ port, clock, registry })
  const ecr: EcrState = {
    account,
    region,
    host,
    identities: callers,
    clock,
    repositories: new Map(),
    tokens,
    registry,
    downloads,
    createOnPush: options.createOnPush,
    playsEveryRegistry: options.playsEveryRegistry ?? false,
  }

  const requests: EcrRequest[] = []
  const pending = faults()
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = nameOf(request)
    response.once('close', () => {
      requests.push({ operation, status: response.writableFinished ? response.statusCode : 0 })
    })
    if (latency > 0) await pause(latency)
    const fault = pending.strike(operation)
    if (fault === undefined) await answer(request, response, ecr)
    else {
      await failRequest(fault, {
        request,
        answer: (unread) => answer(request, unread, ecr),
        refuse: (status, error, message) => {
          writeError(request, response, new EcrError(error, message, status))
        },
      })
    }
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => void serve(request, response))

  return {
    endpoint: `http://${host}`,
    host,
    account,
    region,
    credentials,
    requests,
    passwords: () => tokens.passwords(),
    tags: (repositoryName) => registry.tags(repositoryName),
    inject: pending.inject,
    seed(repositoryName, images) {
      seed(requireRepository(ecr, { repositoryName }), images)
    },
    setStatus(repositoryName, imageDigest, status) {
      requireImage({ imageDigest }, requireRepository(ecr, { repositoryName }), ecr).status = status
    },
    async stop() {
      await Promise.all([close(server), registryProcess.stop()])
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, ecr: EcrState): Promise<void> {
  try {
    if (isApiCall(request)) await answerApi(request, response, ecr)
    else if (request.url?.startsWith('/layers/')) await ecr.downloads.answer(request, response)
    else if (/^\/v2(\/|$)/.test(request.url ?? '')) await answerGate(request, response, ecr)
    else refuse(response, 404, 'UNSUPPORTED', 'ECR is at POST / and at /v2/.')
  } catch (error) {
    // Also a client that went away in the middle of a body ends up here; nobody reads the answer then.
    if (response.headersSent) response.destroy()
    else refuse(response, 500, 'UNKNOWN', String(error))
  }
}

function writeError(request: IncomingMessage, response: ServerResponse, error: EcrError): void {
  if (isApiCall(request)) writeApiError(response, error)
  else refuse(response, error.status, error.name, error.message)
}

function isApiCall({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url === '/'
}

function nameOf(request: IncomingMessage): string {
  if (isApiCall(request)) return operationOf(request)
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  return `${request.method ?? ''} ${pathname}`
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return address.port
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
