import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { packContext } from '../../src/docker/build-context.ts'

interface Unpacked {
  readonly type: string
  readonly mode: number
  readonly owner: readonly [uid: number, gid: number]
  readonly content: string
}

async function unpack(archive: Readable): Promise<Record<string, Unpacked>> {
  const entries: Record<string, Unpacked> = {}
  for await (const entry of archive.pipe(extract())) {
    const { name, type, mode, uid, gid, linkname } = entry.header
    const content = type === 'symlink' ? linkname : await text(entry as AsyncIterable<Uint8Array>)
    entries[name] = { type, mode, owner: [uid, gid], content }
    entry.resume()
  }
  return entries
}

describe('packContext', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('packs files, folders and links as they are, owned by root', async () => {
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'bin/run.sh'), 'echo hello')
    await chmod(join(folder, 'bin/run.sh'), 0o750)
    await writeFile(join(folder, 'empty'), '')
    await symlink('bin/run.sh', join(folder, 'run'))

    const { archive } = await packContext({
      context: folder,
      dockerfile: join(folder, 'Dockerfile'),
      dockerfileText: '',
    })
    const entries = await unpack(archive)

    const owner = [0, 0]
    assert.equal(entries['bin/']?.type, 'directory')
    assert.deepEqual(entries['bin/run.sh'], { type: 'file', mode: 0o750, owner, content: 'echo hello' })
    assert.equal(entries.empty?.content, '')
    assert.deepEqual(entries.run, { type: 'symlink', mode: 0o777, owner, content: 'bin/run.sh' })
  })

  it("replaces the Dockerfile's content and keeps its name and mode", async () => {
    await mkdir(join(folder, 'docker'))
    const dockerfile = join(folder, 'docker/Dockerfile')
    await writeFile(dockerfile, 'FROM a')
    await chmod(dockerfile, 0o600)

    const packed = await packContext({ context: folder, dockerfile, dockerfileText: 'FROM localhost/b' })
    const entries = await unpack(packed.archive)

    assert.equal(packed.dockerfile, 'docker/Dockerfile')
    assert.equal(entries['docker/Dockerfile']?.content, 'FROM localhost/b')
    assert.equal(entries['docker/Dockerfile'].mode, 0o600)
  })

  it('adds a Dockerfile that lies outside under a name that depends on its text alone', async () => {
    const dockerfile = join(tmpdir(), 'elsewhere', 'Dockerfile')
    await writeFile(join(folder, 'Dockerfile'), 'FROM other')

    const packed = await packContext({ context: folder, dockerfile, dockerfileText: 'FROM a' })
    const again = await packContext({ context: folder, dockerfile, dockerfileText: 'FROM a' })
    const entries = await unpack(packed.archive)

    assert.equal(again.dockerfile, packed.dockerfile)
    assert.equal(entries[packed.dockerfile]?.content, 'FROM a')
    assert.equal(entries.Dockerfile?.content, 'FROM other')
  })

  it('leaves a Dockerfile that is a link as it is and sends the text beside it', async () => {
    await writeFile(join(folder, 'real'), 'FROM a')
    await symlink('real', join(folder, 'Dockerfile'))

    const packed = await packContext({
      context: folder,
      dockerfile: join(folder, 'Dockerfile'),
      dockerfileText: 'FROM b',
    })
    const entries = await unpack(packed.archive)

    assert.equal(entries.Dockerfile?.content, 'real')
    assert.equal(entries[packed.dockerfile]?.content, 'FROM b')
  })

  it('streams large files and long names', async () => {
    const name = `${'long-'.repeat(40)}name`
    await writeFile(join(folder, name), Buffer.alloc(3_000_000, 'x'))

    const { archive } = await packContext({ context: folder, dockerfile: '/Dockerfile', dockerfileText: '' })
    const entries = await unpack(archive)

    assert.equal(entries[name]?.content.length, 3_000_000)
  })

  it('names a file that became shorter while it was read', async () => {
    await writeFile(join(folder, 'shrinking'), 'content')
    const { archive } = await packContext({ context: folder, dockerfile: '/Dockerfile', dockerfileText: '' })

    await truncate(join(folder, 'shrinking'), 2)

    await assert.rejects(text(archive), { message: /^Cannot send .*shrinking to the engine: Size mismatch/ })
  })

  it('names a file that went away', async () => {
    await writeFile(join(folder, 'a'), 'content')
    const { archive } = await packContext({ context: folder, dockerfile: '/Dockerfile', dockerfileText: '' })

    await rm(join(folder, 'a'))

    await assert.rejects(text(archive), { message: /^Cannot send .*a to the engine: ENOENT/ })
  })
})
