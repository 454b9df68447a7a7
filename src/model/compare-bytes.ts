/** The order of UTF-8 bytes, which other programs share. JavaScript's own differs beyond the 16-bit characters. */
export function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
