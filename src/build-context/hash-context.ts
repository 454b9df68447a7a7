import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { needsContext } from '../dockerfile/needs-context.ts'
import { compareBytes } from '../model/compare-bytes.ts'
import { messageOf } from '../model/error-text.ts'
import { ContextError } from './context-error.ts'
import { type ContextEntry, listContext } from './list-context.ts'

/** What an image is made from, but for its base: `v1:sha256:` and 64 lower-case hexadecimal digits. */
export type ContextHash = string & { readonly brand: 'ContextHash' }

export interface HashRequest {
  /** Absolute path of the folder. */
  readonly context: string
  /** The Dockerfile, in the folder or elsewhere, with its text as its author wrote it, line endings included. */
  readonly dockerfile: DockerfileSource
  readonly target?: string
  readonly buildArguments: Readonly<Record<string, string>>
}

/**
 * Tells whether two builds are made from the same: equal on every machine, for every owner and umask and on a fresh
 * checkout; different for any change of the Dockerfile, the target, a build argument, or the name, kind, content,
 * executable bit or link target of a file that the context sends. Git may change line endings on a checkout
 * (`core.autocrlf`), and then they are different files.
 *
 * `v1` is the SHA-256 of these lines in UTF-8. Each is a JSON array as JSON.stringify writes it and ends with `\n`.
 *
 *     ["dockerfile","<SHA-256 of the Dockerfile's text in UTF-8>"]
 *     ["target","<name>"]                                            where one is given
 *     ["argument","<name>","<value>"]                                for each build argument, sorted by name
 *     ["file","<path>",<executable: true or false>,"<SHA-256>"]      for each file and link, sorted by path
 *     ["link","<path>","<target>"]
 *
 * SHA-256 is in lower-case hexadecimal digits, a path is relative to the context with `/`, and the order is that of the
 * bytes in UTF-8. Executable is what the owner's bit says. Files and links are those that `.dockerignore` leaves in, the
 * Dockerfile and `.dockerignore` itself among them, but for everything named `.git` with what it holds; there are none for
 * a Dockerfile that takes nothing from its context, and that folder is not even read.
 * Throws ContextError where a file or folder cannot be read.
 */
export async function hashContext(request: HashRequest): Promise<ContextHash> {
  const hash = createHash('sha256')
  const add = (...line: readonly (string | boolean)[]) => hash.update(`${JSON.stringify(line)}\n`)

  add('dockerfile', createHash('sha256').update(request.dockerfile.text).digest('hex'))
  if (request.target !== undefined) add('target', request.target)
  for (const [name, value] of Object.entries(request.buildArguments).sort(([a], [b]) => compareBytes(a, b))) {
    add('argument', name, value)
  }
  const entries = needsContext(request.dockerfile.parsed) ? await listHashed(request) : []
  for (let start = 0; start < entries.length; start += filesAtOnce) {
    const some = entries.slice(start, start + filesAtOnce)
    for (const line of await Promise.all(some.map((entry) => lineOf(entry, request.context)))) add(...line)
  }
  return `v1:sha256:${hash.digest('hex')}` as ContextHash
}

/** Most of the time of a small file is spent on waiting for the system. */
const filesAtOnce = 64

async function lineOf(entry: HashedEntry, context: string): Promise<readonly (string | boolean)[]> {
  if (entry.kind === 'link') return ['link', entry.path, entry.target]
  return ['file', entry.path, isExecutable(entry), await hashFile(join(context, entry.path), entry.size)]
}

type HashedEntry = Exclude<ContextEntry, { kind: 'directory' }>

/**
 * Files and links alone: git keeps no empty folders, so a fresh checkout may lack them, and all others show in paths.
 * Not git's own files, even where they are sent: they are others in each checkout of the same commit.
 */
async function listHashed({ context, dockerfile }: HashRequest): Promise<HashedEntry[]> {
  const entries = await listContext(context, dockerfile.path)
  return entries
    .filter((entry) => entry.kind !== 'directory')
    .filter(({ path }) => !path.split('/').includes('.git'))
    .sort((a, b) => compareBytes(a.path, b.path))
}

/** Git keeps this one bit of a mode; the others depend on the umask of who checked out. */
function isExecutable({ mode }: HashedEntry): boolean {
  return (mode & 0o100) !== 0
}

/** Bytes up to which a file is read at once. */
const smallFile = 256 * 1024

async function hashFile(file: string, size: number): Promise<string> {
  const hash = createHash('sha256')
  try {
    if (size <= smallFile) return hash.update(await readFile(file)).digest('hex')
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  } catch (cause) {
    throw new ContextError({ doing: 'hash', path: file, reason: messageOf(cause) }, { cause })
  }
  return hash.digest('hex')
}
