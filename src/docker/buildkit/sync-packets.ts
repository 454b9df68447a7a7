import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { ContextEntry } from '../../build-context/list-context.ts'
import { integer, readFields, text } from './protobuf.ts'

/** What the receiver of a folder says. */
export type ReceiverPacket =
  | { readonly kind: 'request'; readonly id: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly reason: string }

/** The types of fsutil's packets. https://github.com/tonistiigi/fsutil/blob/master/types/wire.proto */
const requestType = 1
const dataType = 2
const finishedType = 3
const failedType = 4

/** Go's os.FileMode, where it differs from that of Unix. https://pkg.go.dev/io/fs#FileMode */
const folderBit = 2 ** 31
const linkBit = 2 ** 27
const specialBits: readonly [unix: number, go: number][] = [
  [0o4000, 2 ** 23],
  [0o2000, 2 ** 22],
  [0o1000, 2 ** 20],
]

/** Follows the last entry. */
export const endOfEntries: Uint8Array = new Uint8Array()

/** Tells the receiver of one entry, which belongs to root there. */
export function entryPacket(entry: ContextEntry): Uint8Array {
  const stat = new BinaryWriter()
  stat.tag(1, WireType.LengthDelimited).string(entry.path)
  stat.tag(2, WireType.Varint).uint32(goMode(entry))
  stat.tag(5, WireType.Varint).int64(sizeOf(entry))
  stat.tag(6, WireType.Varint).int64(entry.modified)
  if (entry.kind === 'link') stat.tag(7, WireType.LengthDelimited).string(entry.target)
  return new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(stat.finish()).finish()
}

/** A piece of the file with this number; an empty one is its end. */
export function dataPacket(id: number, piece: Uint8Array): Uint8Array {
  const writer = packetOf(dataType).tag(3, WireType.Varint).uint32(id)
  return writer.tag(4, WireType.LengthDelimited).bytes(piece).finish()
}

/** Answers the receiver's own. */
export function finishedPacket(): Uint8Array {
  return packetOf(finishedType).finish()
}

/** Throws an Error for bytes that are no packet of a receiver. */
export function readReceiverPacket(packet: Uint8Array): ReceiverPacket {
  let type = 0
  let id = 0
  let reason = ''
  readFields(packet, {
    1: integer((value) => (type = value)),
    3: integer((value) => (id = value)),
    4: text((value) => (reason = value)),
  })
  if (type === requestType) return { kind: 'request', id }
  if (type === finishedType) return { kind: 'finished' }
  if (type === failedType) return { kind: 'failed', reason }
  throw new Error(`A receiver sends no packet of type ${String(type)}.`)
}

function packetOf(type: number): BinaryWriter {
  return new BinaryWriter().tag(1, WireType.Varint).int32(type)
}

function goMode({ kind, mode }: ContextEntry): number {
  const kindBit = kind === 'directory' ? folderBit : kind === 'link' ? linkBit : 0
  const special = specialBits.filter(([unix]) => (mode & unix) !== 0).map(([, go]) => go)
  return [mode & 0o777, ...special].reduce((sum, bit) => sum + bit, kindBit)
}

/** The receiver compares it with what it has: a link is as long as its target. */
function sizeOf(entry: ContextEntry): number {
  switch (entry.kind) {
    case 'directory':
      return 0
    case 'link':
      return Buffer.byteLength(entry.target)
    case 'file':
      return entry.size
  }
}
