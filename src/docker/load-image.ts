import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { cleanLine } from '../model/clean-line.ts'
import { invalidInput } from '../model/invalid-input.ts'
import { abortable } from './connection/abort.ts'
import type { Connection } from './connection/connection.ts'
import { readJsonLines, wordsOf } from './json-lines.ts'

/**
 * Reads the images of an archive, as `docker save` writes it, into the engine, as a stream; gives their names. Throws
 * InvalidInput where the file is not there or the engine cannot read it.
 */
export function loadImage(archive: string, connection: Connection): Promise<string[]> {
  return abortable(connection.signal, async () => {
    const found = await stat(archive).catch(() => undefined)
    if (found?.isFile() !== true) throw invalidInput('imageArchive', `names ${archive}, which is not a file`)
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
      const words = wordsOf(error)
      if (words === undefined) throw error
      const reason = `names ${archive}, which the engine cannot load: ${cleanLine(words)}`
      throw invalidInput('imageArchive', reason, undefined, { cause: error })
    }
  })
}
