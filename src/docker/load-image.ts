import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { cleanLine } from '../model/clean-line.ts'
import { InputError } from '../model/input-error.ts'
import { abortable } from './connection/abort.ts'
import { type Connection, EngineError } from './connection/connection.ts'
import { EngineReportError, readJsonLines } from './json-lines.ts'

/**
 * Reads the images of an archive, as `docker save` writes it, into the engine, as a stream; gives their names. Throws
 * InputError where the file is not there or the engine cannot read it.
 */
export function loadImage(archive: string, connection: Connection): Promise<string[]> {
  return abortable(connection.signal, async () => {
    const found = await stat(archive).catch(() => undefined)
    if (found?.isFile() !== true) throw new InputError('imageArchive', `names ${archive}, which is not a file.`)
    try {
      // Under quiet the engine leaves out the progress bars, but not what it loaded.
      const progress = await connection.open(`load ${archive}`, {
        path: '/images/load?',
        method: 'POST',
        options: { _query: { quiet: 1 }, _body: {} },
        file: createReadStream(archive),
        abortSignal: connection.signal,
      })
      const names: string[] = []
      for await (const { stream = '' } of readJsonLines(progress)) {
        const [, name] = /^Loaded image: (\S+)\s*$/.exec(stream) ?? []
        if (name !== undefined) names.push(name)
      }
      return names
    } catch (error) {
      const words =
        error instanceof EngineReportError ? error.message : error instanceof EngineError ? error.reason : undefined
      if (words === undefined) throw error
      throw new InputError('imageArchive', `names ${archive}, which the engine cannot load: ${cleanLine(words)}`, {
        cause: error,
      })
    }
  })
}
