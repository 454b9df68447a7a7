import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { invalidInput } from '../../src/model/invalid-input.ts'

const requireWritable = (folder: string) => access(folder, constants.W_OK)

/**
 * The absolute path of the file that the image is also written to, of what the input gives; undefined where that is
 * nothing. Throws InvalidInput.
 */
export async function locateArchive(
  given: string | undefined,
  writable = requireWritable,
): Promise<string | undefined> {
  if (given === undefined) return undefined
  const file = resolve(given)
  const folder = await stat(dirname(file)).catch(() => undefined)
  if (folder?.isDirectory() !== true) {
    throw invalidInput(
      'imageArchive',
      `names ${file}, whose folder does not exist`,
      'Make it in a step before this one',
    )
  }
  try {
    await writable(dirname(file))
  } catch (error) {
    const reason = `names ${file}, whose folder the agent's user may not write to`
    throw invalidInput('imageArchive', reason, undefined, { cause: error })
  }
  const there = await stat(file).catch(() => undefined)
  if (there !== undefined && !there.isFile()) {
    throw invalidInput('imageArchive', `names ${file}, which is not a file`, "Add the file's name")
  }
  return file
}
