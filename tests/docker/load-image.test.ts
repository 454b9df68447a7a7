import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { type FakeAnswer, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { writeImageArchive } from '../support/image-archive.ts'
import { rejects } from '../support/problems.ts'

describe('loadImage', () => {
  let engine: FakeEngine
  let folder: string
  let archive: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'load-image-'))
    archive = join(folder, 'image.tar')
    await writeImageArchive(archive, { name: 'localhost/platform-image/image:a', content: 'x' })
  })
  after(() => rm(folder, { recursive: true }))
  afterEach(() => engine.stop())

  async function load(answer: FakeAnswer, file = archive, signal = new AbortController().signal) {
    engine = await startFakeEngine({ 'POST /images/load': answer })
    return dockerEngine({ environment: { DOCKER_HOST: engine.host }, signal }).load(
      file,
      'localhost/platform-image/image:a',
    )
  }

  it('streams the file, and gives the names of what was in it', async () => {
    const names = await load({
      lines: [
        { stream: 'Loaded image: localhost/platform-image/image:a\n' },
        { stream: 'Loaded image: other:1\n' },
        { stream: 'Loaded image ID: sha256:0\n' },
      ],
    })

    assert.deepEqual(names, ['localhost/platform-image/image:a', 'other:1'])
    assert.deepEqual(engine.requests[0]?.body, await readFile(archive))
    assert.deepEqual(engine.requests[0].query, { quiet: '1' })
  })

  for (const file of ['absent.tar', '']) {
    it(`says that "${file}" is not a file`, async () => {
      await rejects(load({}, join(folder, file)), {
        name: 'InvalidInput',
        field: 'imageArchive',
        message: /which is not a file/,
      })
    })
  }

  const broken: readonly (readonly [what: string, answer: FakeAnswer])[] = [
    ['at once', { status: 500, body: { message: 'unexpected EOF ##vso[x]' } }],
    ['later', { lines: [{ errorDetail: { message: 'unexpected EOF ##vso[x]' } }] }],
  ]
  for (const [what, answer] of broken) {
    it(`gives the engine's words where it says ${what} that it cannot read it`, async () => {
      await rejects(load(answer), {
        name: 'InvalidInput',
        field: 'imageArchive',
        message: `The input "imageArchive" names ${archive}, which the engine cannot load: unexpected EOF ##_vso[x].`,
      })
    })
  }

  it('fails where the connection breaks', async () => {
    await assert.rejects(load({ lines: [{ stream: 'Loaded image: a:1\n' }], end: 'cut' }))
  })

  it('ends when it is aborted', async () => {
    await rejects(load({ end: 'open' }, archive, AbortSignal.timeout(50)), { name: 'TimeoutError' })
  })
})
