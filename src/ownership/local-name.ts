import { createHash } from 'node:crypto'
import type { Digest } from '../model/digest.ts'
import { formatTime, parseTime } from './owner.ts'
import { formatPlatform, type Platform } from '../model/platform.ts'
import { formatReference, type Reference } from '../model/reference.ts'

/** What a local image is for. */
export type LocalRole = 'base' | 'image' | 'test'

const ours = 'localhost/platform-image/'

/**
 * A name of our own in the engine's store. `localhost/` keeps the engine from ever looking for it in a registry, and
 * the owner keeps runs on one engine apart.
 */
export function localName(role: LocalRole, owner: string): string {
  return `${ours}${role}:${owner}`
}

/** Whether a local image was made by BuildTest; the labels cannot tell, since images inherit them. */
export function isLocalName(name: string): boolean {
  return name.startsWith(ours)
}

/** A base image in an engine: what it is called in Dockerfiles, and where it was really pulled from. */
export interface PulledBase {
  readonly name: Reference
  readonly platform: Platform
  /** `mirror.example/mcr/dotnet/aspnet`: registry and repository. */
  readonly source: string
  readonly digest: Digest
}

/**
 * The name under which a base stays for the next run's speed. It also vouches that what the engine calls
 * `<source>@<digest>` was pulled by us, and may go with it.
 */
export function keptName({ name, platform, source, digest }: PulledBase, pulled: Date): string {
  const { registry, repository, tag = 'latest' } = name
  const base = shortHash(`${formatReference({ registry, repository, tag })} ${formatPlatform(platform)}`)
  // With the digest, since a name that moved to another base would leave the older one without a mark.
  return `${ours}kept:${formatTime(pulled)}.${base}.${shortHash(source)}.${shortHash(digest)}`
}

/**
 * The name that an image has while it is pushed as `target`, a name of its registry. It vouches that the engine has
 * the target's name from us.
 */
export function pushName(target: string, owner: string): string {
  return `${ours}push:${owner}.${shortHash(target)}`
}

/** What one of our names says. */
export type LocalName =
  | { readonly role: LocalRole; readonly owner: string }
  | { readonly role: 'push'; readonly owner: string; readonly target: string }
  | { readonly role: 'kept'; readonly pulled: Date; readonly base: string; readonly source: string }

/** Reads a name of ours; undefined where it is none. `target` and `source` are what `shortHash` gives for them. */
export function parseLocalName(name: string): LocalName | undefined {
  if (!isLocalName(name)) return undefined
  const [role = '', tag = ''] = name.slice(ours.length).split(':')
  const [first = '', second, third] = tag.split('.')
  if (role === 'base' || role === 'image' || role === 'test') return { role, owner: first }
  if (role === 'push' && second !== undefined) return { role, owner: first, target: second }
  const pulled = parseTime(first)
  if (role !== 'kept' || second === undefined || third === undefined || pulled === undefined) return undefined
  return { role, pulled, base: second, source: third }
}

/** Stands for a text in a tag, where most characters are not allowed. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
