import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
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
      await pipeline(archive, createWriteStream(partial), { signal: connection.signal })
      await rename(partial, file)
    } catch (error) {
      await rm(partial, { force: true })
      throw explain(error, attempt, file)
    }
  })
}

/** Where an archive is until it is whole; what is killed meanwhile leaves it there. */
export function partialArchive(file: string): string {
  return `${file}.partial`
}

/** A full disk or a folder that is not there, told with the file. */
function explain(error: unknown, attempt: string, file: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  const nextStep = error.code === 'ENOSPC' ? 'Free space on its disk.' : 'Check the input "imageArchive".'
  return new Error(`Cannot ${attempt} to ${file}: ${String(error.code)}. ${nextStep}`, { cause: error })
}
