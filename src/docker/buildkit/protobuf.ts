import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * What to do with one field of a message. The value is taken off the wire whole before `take` gets it, so that a field
 * which comes again, or which nobody keeps, cannot shift what follows.
 */
export type FieldReader =
  | { readonly wireType: WireType.LengthDelimited; readonly take: (value: Uint8Array) => void }
  | { readonly wireType: WireType.Varint; readonly take: (value: bigint) => void }

/** What to do with a message's fields, by field number. */
export type FieldReaders = Readonly<Record<number, FieldReader>>

/** A field of bytes, or of another message. */
export function bytes(take: (value: Uint8Array) => void): FieldReader {
  return { wireType: WireType.LengthDelimited, take }
}

/** A field of UTF-8 text; bytes that are none become U+FFFD. */
export function text(take: (value: string) => void): FieldReader {
  return bytes((value) => {
    take(Buffer.from(value).toString())
  })
}

/** A field of an integer; exact up to 2^53. */
export function integer(take: (value: number) => void): FieldReader {
  return {
    wireType: WireType.Varint,
    take: (value) => {
      take(Number(value))
    },
  }
}

/** A field of true or false. */
export function truth(take: (value: boolean) => void): FieldReader {
  return integer((value) => {
    take(value !== 0)
  })
}

/**
 * Reads one protobuf message. Fields that the schema lacks, and those of another wire type, are skipped, as protobuf
 * has it. Throws an Error if the bytes are not protobuf.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(message: Uint8Array, fields: FieldReaders): void {
  const reader = new BinaryReader(message)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    const field = fields[number]
    if (field?.wireType !== wireType) reader.skip(wireType, number)
    else if (field.wireType === WireType.Varint) field.take(BigInt(reader.int64()))
    else field.take(reader.bytes())
  }
}
