import { randomUUID } from 'node:crypto'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { RegistryCredentials } from '../../model/credentials.ts'
import { type Connection, EngineError } from '../connection/connection.ts'
import { diffCopy, type SyncedFolders } from './file-sync.ts'
import { GrpcError, type GrpcMethods, notFound, serveCalls, unary } from './grpc-calls.ts'
import { readFields, text } from './protobuf.ts'

/** What a build may ask this side for. */
export interface SessionOffer {
  /** Credentials by registry, as in a reference. A registry that is not named here gets none. */
  readonly credentials?: Readonly<Record<string, RegistryCredentials>> | undefined
  /** Values for `RUN --mount=type=secret,id=...`, by id. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
  /** What BuildKit may fetch. */
  readonly folders?: SyncedFolders
  /** BuildKit keeps what it fetched under this key, and fetches only what changed. */
  readonly sharedKey?: string
}

/** The connection over which BuildKit calls back while it builds. */
export interface BuildSession {
  readonly id: string
  close(): void
}

/** The engine opens no session with BuildKit. */
export class NoBuildKitError extends Error {
  override readonly name = 'NoBuildKitError'
  /** The engine's own words. */
  readonly words: string

  constructor(words: string, options: ErrorOptions) {
    super(words, options)
    this.words = words
  }
}

/** Opens a session with BuildKit; throws NoBuildKitError where the engine has no BuildKit. */
export async function openSession(offer: SessionOffer, connection: Connection): Promise<BuildSession> {
  const id = randomUUID()
  const methods = sessionMethods(offer)
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'platform-image',
    'X-Docker-Expose-Session-Sharedkey': offer.sharedKey ?? '',
    'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
  }
  try {
    const socket = await connection.upgrade('open a BuildKit session', {
      path: '/session',
      method: 'POST',
      headers,
      abortSignal: connection.signal,
    })
    serveCalls(socket, methods)
    return { id, close: () => socket.destroy() }
  } catch (error) {
    throw error instanceof EngineError ? new NoBuildKitError(error.words, { cause: error }) : error
  }
}

/**
 * The services of https://github.com/moby/buildkit/tree/master/session. BuildKit drops a session that does not
 * answer its health checks.
 */
function sessionMethods({ credentials = {}, secrets = {}, folders = {} }: SessionOffer): GrpcMethods {
  return {
    '/grpc.health.v1.Health/Check': unary(() => new BinaryWriter().tag(1, WireType.Varint).int32(serving).finish()),
    '/moby.filesync.v1.Auth/Credentials': unary((request) => {
      const host = readString(request)
      const found = Object.hasOwn(credentials, registryOf(host)) ? credentials[registryOf(host)] : undefined
      if (found === undefined) return new Uint8Array()
      return writeStrings({ 1: found.username, 2: found.password })
    }),
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary((request) => {
      const id = readString(request)
      const value = Object.hasOwn(secrets, id) ? secrets[id] : undefined
      if (value === undefined) throw new GrpcError(notFound, `secret ${id} not found`)
      return writeStrings({ 1: value })
    }),
    '/moby.filesync.v1.FileSync/DiffCopy': diffCopy(folders),
  }
}

const serving = 1

/** Docker Hub's images come from a host of another name. */
function registryOf(host: string): string {
  return host === 'registry-1.docker.io' ? 'docker.io' : host
}

/** Field 1 of a message. */
function readString(message: Uint8Array): string {
  let first = ''
  readFields(message, { 1: text((value) => (first = value)) })
  return first
}

function writeStrings(fields: Readonly<Record<number, string>>): Uint8Array {
  const writer = new BinaryWriter()
  for (const [number, value] of Object.entries(fields)) {
    writer.tag(Number(number), WireType.LengthDelimited).string(value)
  }
  return writer.finish()
}
