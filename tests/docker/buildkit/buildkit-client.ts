import http2 from 'node:http2'
import type { Duplex } from 'node:stream'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { bytes, integer, readFields, text } from '../../../src/docker/buildkit/protobuf.ts'

/** Plays BuildKit on the engine's end of a session. */
export interface BuildKit {
  /** Calls back over the session. */
  call(path: string, metadata?: Readonly<Record<string, string>>): SessionCall
  /** Fetches a folder with all its files. */
  fetch(metadata: Readonly<Record<string, string>>): Promise<FetchedFolder>
}

interface SessionCall {
  send(message: Uint8Array): void
  /** The next message, or undefined at the end. */
  receive(): Promise<Uint8Array | undefined>
  /** The `grpc-status` at the end of the call. */
  readonly status: Promise<string>
  cancel(): void
}

interface FetchedFolder {
  readonly status: string
  readonly entries: readonly FetchedEntry[]
  readonly content: Readonly<Record<string, string>>
}

interface FetchedEntry {
  readonly path: string
  readonly mode: number
  readonly size: number
  readonly modified: bigint
  readonly target: string
}

export interface SenderPacket {
  readonly type: number
  readonly id: number
  readonly data: Buffer
  readonly entry?: FetchedEntry
}

export const diffCopyPath = '/moby.filesync.v1.FileSync/DiffCopy'

/** BuildKit takes over a connection once. */
export function buildKitOn(socket: Duplex | undefined): BuildKit {
  if (socket === undefined) throw new Error('There is no session.')
  const client = http2.connect('http://session', { createConnection: () => socket })
  client.on('error', () => undefined)

  function call(path: string, metadata = {}): SessionCall {
    const stream = client.request({
      ...metadata,
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
    })
    const status = new Promise<string>((resolve) => {
      stream.once('trailers', (trailers: http2.IncomingHttpHeaders) => {
        resolve(String(trailers['grpc-status']))
      })
      stream.once('close', () => {
        resolve('none')
      })
    })
    stream.on('error', () => undefined)
    const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let received = Buffer.alloc(0)
    return {
      status,
      send: (message) => {
        const header = Buffer.alloc(5)
        header.writeUInt32BE(message.length, 1)
        stream.write(Buffer.concat([header, message]))
      },
      async receive() {
        while (received.length < 5 || received.length < 5 + received.readUInt32BE(1)) {
          const next = await chunks.next()
          if (next.done === true) return undefined
          received = Buffer.concat([received, next.value])
        }
        const end = 5 + received.readUInt32BE(1)
        const message = received.subarray(5, end)
        received = received.subarray(end)
        return message
      },
      cancel: () => {
        stream.close(http2.constants.NGHTTP2_CANCEL)
      },
    }
  }

  async function fetch(metadata: Readonly<Record<string, string>>): Promise<FetchedFolder> {
    const sync = call(diffCopyPath, metadata)
    const entries: FetchedEntry[] = []
    const pieces = new Map<number, Buffer[]>()
    let open = 0
    let isListed = false
    for (let message = await sync.receive(); message !== undefined; message = await sync.receive()) {
      const { type, id, data, entry } = readSenderPacket(message)
      if (type === 0 && entry !== undefined) {
        const isFile = entry.mode < 2 ** 27
        if (isFile) {
          open++
          pieces.set(entries.length, [])
          sync.send(receiverPacket(1, entries.length))
        }
        entries.push(entry)
      }
      if (type === 0 && entry === undefined) isListed = true
      if (type === 2) pieces.get(id)?.push(data)
      if (type === 2 && data.length === 0) open--
      if (isListed && open === 0 && type !== 3) sync.send(receiverPacket(3))
    }
    const content = [...pieces].map(([id, found]) => [entries[id]?.path ?? '', Buffer.concat(found).toString()])
    return { status: await sync.status, entries, content: Object.fromEntries(content) as Record<string, string> }
  }

  return { call, fetch }
}

/** Asks for a file (1), or says that all is there (3) or that it failed (4). */
export function receiverPacket(type: number, id = 0, data = ''): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int32(type).tag(3, WireType.Varint).uint32(id)
  return writer.tag(4, WireType.LengthDelimited).string(data).finish()
}

export function readSenderPacket(message: Uint8Array): SenderPacket {
  const packet: { -readonly [Key in keyof SenderPacket]: SenderPacket[Key] } = { type: 0, id: 0, data: Buffer.alloc(0) }
  readFields(message, {
    1: integer((type) => (packet.type = type)),
    2: bytes((entry) => (packet.entry = readEntry(entry))),
    3: integer((id) => (packet.id = id)),
    4: bytes((data) => (packet.data = Buffer.from(data))),
  })
  return packet
}

function readEntry(message: Uint8Array): FetchedEntry {
  const entry = { path: '', mode: 0, size: 0, modified: 0n, target: '' }
  readFields(message, {
    1: text((path) => (entry.path = path)),
    2: integer((mode) => (entry.mode = mode)),
    5: integer((size) => (entry.size = size)),
    6: { wireType: WireType.Varint, take: (modified) => (entry.modified = modified) },
    7: text((target) => (entry.target = target)),
  })
  return entry
}
