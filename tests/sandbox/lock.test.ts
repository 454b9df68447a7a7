import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder } from '../../sandbox/lock.ts'

describe('lockFolder', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('lets one in at a time, and names who is there', async () => {
    const lock = await lockFolder(folder)

    await assert.rejects(lockFolder(folder), {
      message: `The sandbox is in use by process ${String(process.pid)}. Run one at a time.`,
    })

    await lock.stop()
    await (await lockFolder(folder)).stop()
    assert.deepEqual(await readdir(folder), [])
  })

  it('makes the folder where there is none', async () => {
    await (await lockFolder(join(folder, 'deep/down'))).stop()

    assert.deepEqual(await readdir(folder), ['deep'])
  })

  it('does not wait for a process that is gone, or whose number another one has now', async () => {
    for (const owner of ['4194303-1', `${String(process.pid)}-1`, '']) {
      await writeFile(join(folder, 'in-use'), owner)

      await (await lockFolder(folder)).stop()
    }
  })
})
