import http2, { type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'

/** gRPC methods by path, `/package.Service/Method`: message in, message out. May throw a GrpcError. */
export type UnaryMethods = Readonly<Record<string, (request: Uint8Array) => Uint8Array>>

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
const unimplemented = 12
const internal = 13
const frameHeaderBytes = 5
const contentType = 'application/grpc'

/** Answers gRPC calls that come in over this connection, until the connection is destroyed. */
export function serveUnaryCalls(connection: Duplex, methods: UnaryMethods): void {
  // The other side may go at any time, also in the middle of a call: whoever needed the answer reports it.
  const ignoreLoss = (): void => undefined
  connection.on('error', ignoreLoss)
  http2
    .createServer()
    .on('sessionError', ignoreLoss)
    .on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('error', ignoreLoss)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        answer(stream, methods[headers[':path'] ?? ''], Buffer.concat(chunks).subarray(frameHeaderBytes))
      })
    })
    .emit('connection', connection)
}

function answer(stream: ServerHttp2Stream, method: UnaryMethods[string] | undefined, request: Uint8Array): void {
  let message: Uint8Array
  try {
    if (method === undefined) throw new GrpcError(unimplemented, 'no such method')
    message = method(request)
  } catch (error) {
    const { code, message: text } = error instanceof GrpcError ? error : new GrpcError(internal, 'the call failed')
    const status = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text) }
    stream.respond({ ':status': 200, 'content-type': contentType, ...status }, { endStream: true })
    return
  }
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' })
  })
  stream.respond({ ':status': 200, 'content-type': contentType }, { waitForTrailers: true })
  const header = Buffer.alloc(frameHeaderBytes)
  header.writeUInt32BE(message.length, 1)
  stream.end(Buffer.concat([header, message]))
}
