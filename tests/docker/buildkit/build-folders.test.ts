import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type BuildFolders, readBuildFolders } from '../../../src/docker/buildkit/build-folders.ts'
import type { SyncedFolder } from '../../../src/docker/buildkit/file-sync.ts'
import { rejects, told } from '../../support/problems.ts'

describe('readBuildFolders', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-'))
    await writeFile(join(folder, 'Dockerfile'), 'FROM original')
    await writeFile(join(folder, 'app.cs'), 'content')
  })
  afterEach(() => rm(folder, { recursive: true }))

  function read(dockerfileText = 'FROM swapped', context = folder): Promise<BuildFolders> {
    return readBuildFolders({ context, dockerfile: join(context, 'Dockerfile'), dockerfileText })
  }

  function named(source: BuildFolders, name: string): SyncedFolder {
    const found = source.folders[name]
    assert.ok(found)
    return found
  }

  it('keeps the context as it is and puts the swapped Dockerfile beside it', async () => {
    const source = await read()

    const context = named(source, 'context')
    assert.deepEqual(
      context.entries.map(({ path }) => path),
      ['Dockerfile', 'app.cs'],
    )
    assert.equal(await text(context.read('Dockerfile')), 'FROM original')
    assert.equal(source.dockerfile, 'Dockerfile')
    assert.equal(await text(named(source, 'dockerfile').read('Dockerfile')), 'FROM swapped')
  })

  it('takes a Dockerfile of another name from elsewhere', async () => {
    const dockerfile = '/elsewhere/app.Dockerfile'

    const source = await readBuildFolders({ context: folder, dockerfile, dockerfileText: 'FROM a' })

    assert.equal(source.dockerfile, 'app.Dockerfile')
    assert.equal(named(source, 'dockerfile').entries[0]?.path, 'app.Dockerfile')
  })

  it('leaves an ignored Dockerfile out of the context', async () => {
    await writeFile(join(folder, '.dockerignore'), '*\n!app.cs')

    const { entries } = named(await read(), 'context')

    assert.deepEqual(
      entries.map(({ path }) => path),
      ['app.cs'],
    )
  })

  it('gives the same time to the same Dockerfile alone', async () => {
    const time = async (dockerfileText: string): Promise<bigint | undefined> =>
      named(await read(dockerfileText), 'dockerfile').entries[0]?.modified

    assert.equal(await time('FROM a:1'), await time('FROM a:1'))
    assert.notEqual(await time('FROM a:1'), await time('FROM a:2'))
  })

  it('gives large files in pieces', async () => {
    await writeFile(join(folder, 'large'), Buffer.alloc(100_000, 'x'))
    const source = await read('#'.repeat(100_000))

    for (const [name, path] of Object.entries({ context: 'large', dockerfile: 'Dockerfile' })) {
      const sizes: number[] = []
      for await (const piece of named(source, name).read(path)) sizes.push(piece.length)
      assert.deepEqual(sizes, [32_768, 32_768, 32_768, 1696])
    }
  })

  it('reads what it has listed of a file that grows', async () => {
    await writeFile(join(folder, 'empty'), '')
    const context = named(await read(), 'context')

    await appendFile(join(folder, 'app.cs'), ' and more')
    await appendFile(join(folder, 'empty'), 'and more')

    assert.equal(await text(context.read('app.cs')), 'content')
    assert.equal(await text(context.read('empty')), '')
  })

  const losses: readonly [what: string, lose: (file: string) => Promise<void>, reason: string][] = [
    ['went away', (file) => rm(file), 'ENOENT'],
    ['became shorter', (file) => truncate(file, 2), 'it became shorter'],
  ]
  for (const [what, lose, reason] of losses) {
    it(`names a file that ${what}`, async () => {
      const source = await read()
      assert.equal(source.failure(), undefined)

      await lose(join(folder, 'app.cs'))

      const message = new RegExp(`^Cannot send ${folder}/app.cs to the engine: ${reason}`)
      await rejects(text(named(source, 'context').read('app.cs')), { message })
      assert.match(told(source.failure()), message)
    })
  }

  it('shares a key with other builds of the same context only', async () => {
    const [first, again] = [await read('FROM a'), await read('FROM b')]
    await mkdir(join(folder, 'one'))
    const one = await read('', join(folder, 'one'))
    await rename(join(folder, 'one'), join(folder, 'two'))
    await mkdir(join(folder, 'one'))
    const two = await read('', join(folder, 'two'))
    const another = await read('', join(folder, 'one'))

    assert.equal(first.sharedKey, again.sharedKey)
    const keys = [first, one, two, another].map(({ sharedKey }) => sharedKey)
    assert.equal(new Set(keys).size, keys.length)
  })

  it('names a context that is not there', async () => {
    await rejects(read('', join(folder, 'missing')), {
      message: /^Cannot read the build context .*missing: ENOENT/,
    })
  })
})
