import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { cleanLine } from '../model/clean-line.ts'
import { invalidInput } from '../model/invalid-input.ts'
import { formatReference, parseReference, withImpliedTag } from '../model/reference.ts'
import { abortable } from './connection/abort.ts'
import type { Connection } from './connection/connection.ts'
import { readJsonLines, wordsOf } from './json-lines.ts'
import { readArchiveNames } from './read-archive-names.ts'

/**
 * Reads the image of this name from an archive, as `docker save` writes it, into the engine, as a stream; gives the names
 * that the engine got. Throws InvalidInput where the file is not there, holds another name, or cannot be read.
 */
export function loadImage(archive: string, name: string, connection: Connection): Promise<string[]> {
  return abortable(connection.signal, async () => {
    const found = await stat(archive).catch(() => undefined)
    if (found?.isFile() !== true) throw invalidInput('imageArchive', `names ${archive}, which is not a file`)
    await requireOnlyImage(archive, name)
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

/** An engine takes every name that an archive brings, also that of somebody else's image, so the lists are read before. */
async function requireOnlyImage(archive: string, wanted: string): Promise<void> {
  const refuse = (what: string) =>
    invalidInput('imageArchive', `names ${archive}, ${what}`, `Save the image ${wanted} alone`, {
      mistake: 'other-images',
    })
  const lists = await readArchiveNames(archive)
  if (lists === undefined) throw refuse('whose list of images cannot be read')
  const [names = [], ...others] = lists.map((list) => [...new Set(list.map(wholeName))].sort())
  if (others.some((list) => list.join(' ') !== names.join(' '))) throw refuse('whose lists of images differ')
  const other = names.find((name) => name !== wholeName(wanted))
  if (other !== undefined) throw refuse(`which holds ${cleanLine(other)}`)
}

/** As containerd writes it; what is no reference stays as it is, and is not what is wanted. */
function wholeName(name: string): string {
  try {
    return formatReference(withImpliedTag(parseReference(name)))
  } catch {
    return name
  }
}
