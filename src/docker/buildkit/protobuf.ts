import { BinaryReader } from '@bufbuild/protobuf/wire'

/** What to do with a message's fields, by field number. Each reads its own value from the reader. */
export type FieldReaders = Readonly<Record<number, (reader: BinaryReader) => void>>

/** Reads one protobuf message and skips fields that the schema lacks. Throws an Error if the bytes are not protobuf. */
export function readFields(bytes: Uint8Array, fields: FieldReaders): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    const read = fields[number]
    if (read === undefined) reader.skip(wireType, number)
    else read(reader)
  }
}
