import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

export type Value = string | number | Uint8Array
export type Field = readonly [number: number, value: Value]

/** A message of protocol buffers with these fields, in this order. https://protobuf.dev/programming-guides/encoding/ */
export function wireMessage(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter()
  for (const [number, value] of fields) {
    if (typeof value === 'number') writer.tag(number, WireType.Varint).int64(value)
    else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value)
    else writer.tag(number, WireType.LengthDelimited).bytes(value)
  }
  return writer.finish()
}
