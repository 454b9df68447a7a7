import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { partialArchive } from '../../src/docker/save-image.ts'
import { type FakeAnswer, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

describe('saveImage', () => {
  let engine: FakeEngine
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'save-'))
  })
  afterEach(async () => {
    await engine.stop()
    await rm(folder, { recursive: true })
  })

  async function save(answer: FakeAnswer, file: string, signal?: AbortSignal): Promise<void> {
    engine = await startFakeEngine({ 'GET /images/localhost/a:1/get': answer })
    const docker = dockerEngine({ environment: { DOCKER_HOST: engine.host }, ...(signal && { signal }) })
    await docker.save('localhost/a:1', file)
  }

  it('writes what the engine sends, over what was there', async () => {
    const file = join(folder, 'image.tar')
    await writeFile(file, 'an older one')

    await save({ body: Buffer.from([0, 255, 10]) }, file)

    assert.deepEqual(await readFile(file), Buffer.from([0, 255, 10]))
    assert.deepEqual(await readdir(folder), ['image.tar'])
  })

  it('leaves no part of an archive behind', async () => {
    await assert.rejects(save({ body: Buffer.from('half'), end: 'cut' }, join(folder, 'image.tar')))

    assert.deepEqual(await readdir(folder), [])
  })

  it("leaves none when it is aborted, and gives the abort's reason", async () => {
    const saving = save({ body: Buffer.from('half'), end: 'open' }, join(folder, 'image.tar'), AbortSignal.timeout(50))

    await rejects(saving, { name: 'TimeoutError' })
    assert.deepEqual(await readdir(folder), [])
  })

  it('says which file cannot be written', async () => {
    const file = join(folder, 'absent', 'image.tar')

    await rejects(save({ body: Buffer.from('all') }, file), {
      name: 'ArchiveWriteError',
      file,
      code: 'ENOENT',
      message: `Cannot save the image to ${file}: ENOENT. Check the input "imageArchive".`,
    })
  })

  it('says that its disk is full', async () => {
    const file = join(folder, 'image.tar')
    await symlink('/dev/full', partialArchive(file))

    await rejects(save({ body: Buffer.from('all') }, file), {
      name: 'ArchiveWriteError',
      code: 'ENOSPC',
      message: `Cannot save the image to ${file}: ENOSPC. Free space on its disk.`,
    })
    assert.deepEqual(await readdir(folder), [])
  })

  it("gives the engine's words for an image that is not there", async () => {
    await rejects(save({ status: 404, body: { message: 'reference does not exist' } }, join(folder, 'a')), {
      message: 'Cannot save the image localhost/a:1: reference does not exist.',
    })
  })
})
