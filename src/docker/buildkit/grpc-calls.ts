import http2, { type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'

/** gRPC methods by path, `/package.Service/Method`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>

/** Holds one call from its first message to its last. It may throw a GrpcError, whose words the other side gets. */
export type GrpcMethod = (call: GrpcCall) => Promise<void>

export interface GrpcCall {
  /** What the caller sent along under this name, several values joined with `, `. */
  metadata(name: string): string | undefined
  /** The next message; undefined after the last one. Rejects where the other side went away. */
  receive(): Promise<Uint8Array | undefined>
  /** Settles when there is room for more. Rejects where the other side went away. */
  send(message: Uint8Array): Promise<void>
}

/** Ends a call with a status. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const notFound = 5
export const internal = 13
const ok = 0
const unimplemented = 12
const frameHeaderBytes = 5
const contentType = 'application/grpc'

/** A method of one message in and one message out. */
export function unary(answer: (request: Uint8Array) => Uint8Array): GrpcMethod {
  return async (call) => {
    const request = await call.receive()
    if (request !== undefined) await call.send(answer(request))
  }
}

/** Answers gRPC calls that come in over this connection, until the connection is destroyed. */
export function serveCalls(connection: Duplex, methods: GrpcMethods): void {
  // The other side may go at any time, also in the middle of a call: whoever needed the answer reports it.
  const ignoreLoss = (): void => undefined
  connection.on('error', ignoreLoss)
  http2
    .createServer()
    .on('sessionError', ignoreLoss)
    .on('stream', (stream, headers) => {
      stream.on('error', ignoreLoss)
      void answerCall(stream, headers, methods[headers[':path'] ?? ''])
    })
    .emit('connection', connection)
}

async function answerCall(
  stream: ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  method: GrpcMethod | undefined,
): Promise<void> {
  let status: http2.OutgoingHttpHeaders = { 'grpc-status': String(ok) }
  stream.on('wantTrailers', () => {
    stream.sendTrailers(status)
  })
  stream.respond({ ':status': 200, 'content-type': contentType }, { waitForTrailers: true })
  try {
    if (method === undefined) throw new GrpcError(unimplemented, 'no such method')
    await method(callOver(stream, headers))
  } catch (error) {
    const { code, message } = error instanceof GrpcError ? error : new GrpcError(internal, 'the call failed')
    status = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) }
  }
  stream.end()
}

function callOver(stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders): GrpcCall {
  const messages = readMessages(stream)
  return {
    metadata: (name) => headers[name]?.toString(),
    async receive() {
      const next = await messages.next()
      return next.done === true ? undefined : next.value
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        const isRoomLeft = stream.write(frameOf(message), (error) => {
          if (error) reject(error)
          else resolve()
        })
        if (isRoomLeft) resolve()
      }),
  }
}

/** Each message comes behind a byte of flags and its length. */
async function* readMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, undefined> {
  let pending = Buffer.alloc(0)
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= frameHeaderBytes) {
      const end = frameHeaderBytes + pending.readUInt32BE(1)
      if (pending.length < end) break
      yield pending.subarray(frameHeaderBytes, end)
      pending = pending.subarray(end)
    }
  }
  return undefined
}

function frameOf(message: Uint8Array): Buffer {
  const header = Buffer.alloc(frameHeaderBytes)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}
