import { randomBytes } from 'node:crypto'

/** What a local image is for. */
export type LocalRole = 'base' | 'image' | 'test'

/**
 * A name of our own in the engine's store. `localhost/` keeps the engine from ever looking for it in a registry, and
 * the owner keeps runs on one engine apart.
 */
export function localName(role: LocalRole, owner: string): string {
  return `localhost/platform-image/${role}:${owner}`
}

/** Whether a local image was made by BuildTest; the labels cannot tell, since images inherit them. */
export function isLocalName(name: string): boolean {
  return name.startsWith('localhost/platform-image/')
}

/** An owner that no other run has: when it began, and a random part. */
export function newOwner(now: Date): string {
  return `${now
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z$/g, '')
    .toLowerCase()}-${randomBytes(4).toString('hex')}`
}
