import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { compareBytes } from '../model/compare-bytes.ts'
import { codeOf, messageOf } from '../model/error-text.ts'
import { ContextError } from './context-error.ts'
import { type IgnoreRules, parseIgnoreRules } from './ignore-rules.ts'

/** Something in the context's folder that the engine gets. */
export type ContextEntry = ContextItem &
  (
    | { readonly kind: 'directory' }
    | { readonly kind: 'file'; readonly size: number }
    | { readonly kind: 'link'; readonly target: string }
  )

interface ContextItem {
  /** Relative to the context, with `/`. */
  readonly path: string
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number
  /** Nanoseconds since 1970. */
  readonly modified: bigint
}

/**
 * What of the folder `context` is sent to the engine, parents before children, siblings sorted by the bytes of their names.
 * The rules are those of `<Dockerfile>.dockerignore` or else of the context's `.dockerignore`, as the docker CLI reads
 * them, and may leave out the Dockerfile itself. Sockets, fifos and devices are never listed.
 * Throws ContextError where something cannot be read.
 */
export async function listContext(context: string, dockerfile: string): Promise<readonly ContextEntry[]> {
  try {
    return await listEntries(context, dockerfile)
  } catch (cause) {
    throw new ContextError({ doing: 'list', path: context, reason: messageOf(cause) }, { cause })
  }
}

async function listEntries(context: string, dockerfile: string): Promise<readonly ContextEntry[]> {
  const rules = await readIgnoreRules(context, dockerfile)
  const entries: ContextEntry[] = []

  async function visitFolder(folder: string, omitted: readonly ContextEntry[]): Promise<void> {
    let omittedParents = omitted
    const names = (await readdir(join(context, folder))).sort(compareBytes)
    const paths = names.map((name) => posix.join(folder, name))
    const considered = paths
      .map((path) => ({ path, isIgnored: rules.ignores(path) }))
      .filter(({ isIgnored }) => !isIgnored || rules.canReinclude)
    // All at once: most of the time is spent on waiting for the system.
    const found = await Promise.all(
      considered.map(async ({ path, isIgnored }) => {
        const entry = await readEntry(context, path).catch(explainName)
        return { path, isIgnored, entry }
      }),
    )
    for (const { path, isIgnored, entry } of found) {
      if (entry === undefined) continue

      const before = entries.length
      if (!isIgnored) entries.push(...omittedParents, entry)
      if (entry.kind === 'directory') await visitFolder(path, isIgnored ? [...omittedParents, entry] : [])
      if (entries.length > before) omittedParents = []
    }
  }

  await visitFolder('', [])
  return entries
}

async function readIgnoreRules(context: string, dockerfile: string): Promise<IgnoreRules> {
  const own = await readIfPresent(join(dirname(dockerfile), `${posix.basename(dockerfile)}.dockerignore`))
  const text = own ?? (await readIfPresent(join(context, '.dockerignore'))) ?? ''
  return parseIgnoreRules(text)
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Node.js replaces invalid UTF-8 in names, so such a file cannot be opened. */
function explainName(error: NodeJS.ErrnoException): never {
  const isOtherText = error.code === 'ENOENT' && error.path?.includes('\uFFFD') === true
  if (!isOtherText) throw error
  throw new Error(
    `the name of ${error.path ?? ''} is not in UTF-8 (\uFFFD is what cannot be read); rename it, or leave it out by .dockerignore`,
    { cause: error },
  )
}

async function readEntry(context: string, path: string): Promise<ContextEntry | undefined> {
  const found = await lstat(join(context, path), { bigint: true })
  const item = { path, mode: Number(found.mode) & 0o7777, modified: found.mtimeNs }
  if (found.isDirectory()) return { ...item, kind: 'directory' }
  if (found.isFile()) return { ...item, kind: 'file', size: Number(found.size) }
  if (found.isSymbolicLink()) return { ...item, kind: 'link', target: await readlink(join(context, path)) }
  return undefined
}
