import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { locateArchive } from '../../../tasks/PlatformImageBuildTest/locate-archive.ts'
import { rejects } from '../../support/problems.ts'

describe('locateArchive', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is none where the input is empty', async () => {
    assert.equal(await locateArchive(undefined), undefined)
  })

  it('is absolute, whether there is such a file or not', async () => {
    const file = join(folder, 'image.tar')
    assert.equal(await locateArchive(file), file)
    assert.equal(await locateArchive('image.tar'), resolve('image.tar'))

    await writeFile(file, 'an older one')
    assert.equal(await locateArchive(file), file)
  })

  it('refuses a file in a folder that it may not write to', async () => {
    await assert.rejects(
      locateArchive(join(folder, 'image.tar'), (where) => Promise.reject(new Error(`EACCES: ${where}`))),
      (error: Error) =>
        error.message.includes("whose folder the agent's user may not write to") && error.cause !== undefined,
    )
  })

  it('refuses a folder, and a file in one that is not there', async () => {
    await rejects(locateArchive(folder), {
      message: /^The input "imageArchive" names .*, which is not a file\. Add/,
    })
    await rejects(locateArchive(join(folder, 'absent/image.tar')), {
      message: /^The input "imageArchive" names .*image\.tar, whose folder does not exist\. Make it/,
    })
  })
})
