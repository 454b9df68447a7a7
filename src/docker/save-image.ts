import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { codeOf } from '../model/error-text.ts'
import { abortable } from './connection/abort.ts'
import type { Connection } from './connection/connection.ts'

/** Writes an image to a file as `docker save` does, through little memory. A file that is not whole does not stay. */
export function saveImage(name: string, file: string, connection: Connection): Promise<void> {
  const attempt = `save the image ${name}`
  const partial = partialArchive(file)
  return abortable(connection.signal, async () => {
    try {
      const archive = await connection.open(attempt, {
        path: `/images/${name}/get`,
        method: 'GET',
        abortSignal: connection.signal,
      })
      await writeFile(partial, archive, connection.signal)
      await rename(partial, file)
    } catch (error) {
      await rm(partial, { force: true })
      throw asWriteError(error, file) ?? error
    }
  })
}

async function writeFile(path: string, content: Readable, signal: AbortSignal): Promise<void> {
  const file = createWriteStream(path)
  const closed = once(file, 'close')
  try {
    await pipeline(content, file, { signal })
  } finally {
    // A file that was still being opened is there only then, and can be removed.
    await closed
  }
}

/** Where an archive is until it is whole; what is killed meanwhile leaves it there. */
export function partialArchive(file: string): string {
  return `${file}.partial`
}

/** An image cannot be written to a file, such as for a full disk. */
export class ArchiveWriteError extends Error {
  override readonly name = 'ArchiveWriteError'
  /** Absolute path. */
  readonly file: string
  /** The system's code, such as `ENOSPC`. */
  readonly code: string

  constructor(file: string, code: string, options: ErrorOptions) {
    super(`${file}: ${code}`, options)
    this.file = file
    this.code = code
  }
}

/** Undefined for an error that is not of the file. */
function asWriteError(error: unknown, file: string): ArchiveWriteError | undefined {
  const code = codeOf(error)
  const isOfFile = error instanceof Error && 'syscall' in error && code !== undefined
  return isOfFile ? new ArchiveWriteError(file, code, { cause: error }) : undefined
}
