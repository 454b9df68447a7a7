import { createHash } from 'node:crypto'

/** A content address: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly brand: 'Digest' }

const digestPattern = /^sha256:[0-9a-f]{64}$/

export function isDigest(text: string): text is Digest {
  return digestPattern.test(text)
}

/** Reads a digest; throws an Error for anything but a full sha256 digest. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new Error(`"${text}" is not a digest. Give sha256: and 64 hexadecimal digits.`)
  return text
}

/** The digest of these very bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest
}

/** For people: `sha256:1a2b3c4d5e6f`, the form in which registries and engines abbreviate. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12)
}
