import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ContextError } from '../../build-context/context-error.ts'
import { type ContextEntry, listContext } from '../../build-context/list-context.ts'
import { messageOf } from '../../model/error-text.ts'
import type { SyncedFolder, SyncedFolders } from './file-sync.ts'

export interface BuildSource {
  /** Absolute path of the folder. */
  readonly context: string
  /** Absolute path of the Dockerfile, in the folder or elsewhere. */
  readonly dockerfile: string
  /** What is built in place of the file's own content. */
  readonly dockerfileText: string
}

/** What a build reads. */
export interface BuildFolders {
  /** `context` and `dockerfile`: the swapped Dockerfile travels beside the context, where no step sees it. */
  readonly folders: SyncedFolders
  /** The name of the Dockerfile in its folder. */
  readonly dockerfile: string
  /** The same for the same context, and for no other: BuildKit keeps what it fetched under this key. */
  readonly sharedKey: string
  /** Why a file could not be read, once that is so. It names the file. */
  failure(): Error | undefined
}

const pieceBytes = 32_768

/** Lists what the engine may fetch; throws ContextError where the context cannot be read. */
export async function readBuildFolders({ context, dockerfile, dockerfileText }: BuildSource): Promise<BuildFolders> {
  const entries = await listContext(context, dockerfile)
  const name = basename(dockerfile)
  let failure: Error | undefined
  return {
    folders: {
      context: folderOnDisk(context, entries, (error) => (failure ??= error)),
      dockerfile: folderOfOne(name, dockerfileText),
    },
    dockerfile: name,
    sharedKey: await sharedKeyOf(context),
    failure: () => failure,
  }
}

/** A path names one folder today and another one tomorrow, or in another container: the folder itself counts too. */
async function sharedKeyOf(context: string): Promise<string> {
  const { dev, ino } = await stat(context, { bigint: true })
  return createHash('sha256')
    .update(`${String(dev)}:${String(ino)}:${context}`)
    .digest('hex')
}

function folderOnDisk(
  folder: string,
  entries: readonly ContextEntry[],
  onFailure: (error: Error) => void,
): SyncedFolder {
  const sizes = new Map(entries.map((entry) => [entry.path, entry.kind === 'file' ? entry.size : 0]))
  return {
    entries,
    async *read(path) {
      try {
        yield* readFile(join(folder, path), sizes.get(path) ?? 0)
      } catch (cause) {
        const error = new ContextError({ doing: 'send', path: join(folder, path), reason: messageOf(cause) }, { cause })
        onFailure(error)
        throw error
      }
    },
  }
}

/** Reads what the listing saw of the file, also of one that grows meanwhile. */
async function* readFile(path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return
  const file = await open(path)
  try {
    for (let missing = size; missing > 0;) {
      const piece = Buffer.allocUnsafe(Math.min(missing, pieceBytes))
      // Without offset and length, Node 20.9 reads nothing.
      const { bytesRead } = await file.read(piece, 0, piece.length)
      if (bytesRead === 0) throw new Error('it became shorter while it was read')
      missing -= bytesRead
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function folderOfOne(path: string, text: string): SyncedFolder {
  const content = Buffer.from(text)
  return {
    entries: [{ kind: 'file', path, mode: 0o644, size: content.length, modified: timeFor(content) }],
    async *read() {
      for (let start = 0; start < content.length; start += pieceBytes) {
        yield Promise.resolve(content.subarray(start, start + pieceBytes))
      }
    },
  }
}

/** BuildKit takes a file for unchanged when size and time are the same: another text has another time. */
function timeFor(content: Buffer): bigint {
  return createHash('sha256').update(content).digest().readBigUInt64BE() >> 2n
}
