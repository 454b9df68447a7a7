import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readArchiveFile } from '../../../tasks/PlatformImageBuildTest/archive-file.ts'
import { mapInputs } from '../../support/map-inputs.ts'

describe('readArchiveFile', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const read = (imageArchive: string) => readArchiveFile(mapInputs({ imageArchive }))

  it('is none where the input is empty', async () => {
    assert.equal(await readArchiveFile(mapInputs({})), undefined)
  })

  it('is absolute, whether there is such a file or not', async () => {
    const file = join(folder, 'image.tar')
    assert.equal(await read(file), file)
    assert.equal(await read('image.tar'), resolve('image.tar'))

    await writeFile(file, 'an older one')
    assert.equal(await read(file), file)
  })

  it('refuses a file in a folder that it may not write to', async () => {
    const inputs = mapInputs({ imageArchive: join(folder, 'image.tar') })

    await assert.rejects(
      readArchiveFile(inputs, (where) => Promise.reject(new Error(`EACCES: ${where}`))),
      (error: Error) =>
        error.message.includes("whose folder the agent's user may not write to") && error.cause !== undefined,
    )
  })

  it('refuses a folder, and a file in one that is not there', async () => {
    await assert.rejects(read(folder), { message: /^The input "imageArchive" names .*, which is not a file\. Add/ })
    await assert.rejects(read(join(folder, 'absent/image.tar')), { message: /image\.tar, whose folder is not there/ })
  })
})
