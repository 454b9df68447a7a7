import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listContext } from '../../src/build-context/list-context.ts'
import { rejects } from '../support/problems.ts'

describe('listContext', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }

  async function paths(dockerfile = 'Dockerfile'): Promise<string[]> {
    return (await listContext(folder, join(folder, dockerfile))).map(({ path }) => path)
  }

  it('lists everything, parents first and siblings by name', async () => {
    await write({ 'src/b.cs': '', 'src/a.cs': '', Dockerfile: '', '.git/HEAD': '', 'a.sln': '' })

    assert.deepEqual(await paths(), ['.git', '.git/HEAD', 'Dockerfile', 'a.sln', 'src', 'src/a.cs', 'src/b.cs'])
  })

  it('sorts siblings by the bytes of their names, and what a folder holds right behind it', async () => {
    await write({ '\u{1F600}': '', '\uFF21': '', 'a-b': '', 'a/b': '', 'a.b': '' })

    assert.deepEqual(await paths(), ['a', 'a/b', 'a-b', 'a.b', '\uFF21', '\u{1F600}'])
  })

  it('names a file whose name is not in UTF-8, and says why', async () => {
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'gr')), Buffer.from([0xfc]), Buffer.from('n.txt')]), '')

    await rejects(paths(), {
      message: /^Cannot read the build context .*: the name of \S+\/gr\uFFFDn\.txt is not in UTF-8.*rename it/,
    })
    await write({ '.dockerignore': '*.txt' })
    assert.deepEqual(await paths(), ['.dockerignore'])
  })

  it('takes the sign that stands for unreadable text for an ordinary one', async () => {
    await write({ 'a\uFFFD': '' })

    assert.deepEqual(await paths(), ['a\uFFFD'])
  })

  const rules: readonly [what: string, ignore: string, kept: string[]][] = [
    ['leaves a folder out with all it holds', 'src\nbin', ['.dockerignore', 'Dockerfile', 'a+b.txt', 'keep.md']],
    [
      'takes patterns for names everywhere',
      '**/*.txt\n**/*.cs\nbin/',
      ['.dockerignore', 'Dockerfile', 'keep.md', 'src'],
    ],
    [
      'takes a file of an ignored folder in again, with the folder',
      'bin\n!bin/tool/keep.txt\nsrc\n*.*',
      ['Dockerfile', 'bin', 'bin/tool', 'bin/tool/keep.txt'],
    ],
    ['lets the last rule that matches decide', '*\n!src\nsrc/*.cs\n!src/a.cs', ['src', 'src/a.cs']],
    ['may leave everything out, also the Dockerfile', '*', []],
    ['reads comments, blanks and a byte order mark', '\uFEFF# all\n\n  *  \n!/keep.md', ['keep.md']],
    ['takes signs of regular expressions literally', '*\n!a+b.txt\n!(x', ['a+b.txt']],
  ]
  for (const [what, ignore, kept] of rules) {
    it(what, async () => {
      await write({ Dockerfile: '', '.dockerignore': ignore, 'keep.md': '', 'a+b.txt': '' })
      await write({ 'src/a.cs': '', 'src/b.cs': '', 'bin/tool/keep.txt': '', 'bin/tool/x.cs': '' })

      assert.deepEqual(await paths(), kept)
    })
  }

  it("prefers the Dockerfile's own rules to the folder's", async () => {
    await write({ '.dockerignore': '*', 'docker/app.Dockerfile': '', 'a.txt': '' })
    await write({ 'docker/app.Dockerfile.dockerignore': '.dockerignore\ndocker' })

    assert.deepEqual(await paths('docker/app.Dockerfile'), ['a.txt'])
  })

  it('uses the rules beside a Dockerfile that lies elsewhere', async () => {
    await write({ 'context/a.txt': '', 'context/b.txt': '', 'other/Dockerfile': '' })
    await write({ 'other/Dockerfile.dockerignore': 'b.txt' })

    const entries = await listContext(join(folder, 'context'), join(folder, 'other/Dockerfile'))

    assert.deepEqual(
      entries.map(({ path }) => path),
      ['a.txt'],
    )
  })

  it('tells kinds, modes, sizes and targets of links, and skips what cannot be sent', async () => {
    await write({ 'run.sh': 'echo', 'folder/x': '' })
    await chmod(join(folder, 'run.sh'), 0o4755)
    await symlink('/nowhere', join(folder, 'dangling'))
    await symlink('folder', join(folder, 'loop'))
    const server = createServer().listen(join(folder, 'socket'))
    await once(server, 'listening')

    const entries = await listContext(folder, join(folder, 'Dockerfile'))
    server.close()

    const [dangling, , , loop, script] = entries
    assert.equal(entries.length, 5)
    assert.ok(dangling?.kind === 'link' && dangling.target === '/nowhere')
    assert.ok(loop?.kind === 'link' && loop.target === 'folder')
    assert.ok(script?.kind === 'file' && script.mode === 0o4755 && script.size === 4)
  })

  it('names the context that is not there', async () => {
    const missing = join(folder, 'missing')

    await rejects(listContext(missing, join(missing, 'Dockerfile')), {
      message: new RegExp(`^Cannot read the build context ${missing}: ENOENT`),
    })
  })
})
