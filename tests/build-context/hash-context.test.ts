import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmod,
  chown,
  cp,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { aDockerfile } from '../support/builders.ts'
import { hashContext, type HashRequest } from '../../src/build-context/hash-context.ts'
import { rejects } from '../support/problems.ts'

const dockerfileText = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY . /app\n'

type Options = Partial<Omit<HashRequest, 'dockerfile'>> & { dockerfile?: string; text?: string }

/** The hash of a folder; `dockerfile` is relative to it. */
function hash(
  context: string,
  { dockerfile = 'Dockerfile', text = dockerfileText, ...options }: Options = {},
): Promise<string> {
  return hashContext({
    context,
    dockerfile: aDockerfile(text, join(context, dockerfile)),
    buildArguments: {},
    ...options,
  })
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

async function writeApplication(folder: string): Promise<void> {
  await write(folder, { Dockerfile: dockerfileText, '.dockerignore': 'bin\n', 'README.md': 'read me\n' })
  await write(folder, { 'src/a.cs': 'a', 'src/b.cs': 'b', 'src/empty': '', 'run.sh': '#!/bin/sh\n', 'bin/x.dll': 'x' })
  await chmod(join(folder, 'run.sh'), 0o755)
  await symlink('src/a.cs', join(folder, 'link'))
}

describe('hashContext', () => {
  let home: string
  let folder: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'hash-context-'))
    folder = join(home, 'application')
    await writeApplication(folder)
  })
  afterEach(() => rm(home, { recursive: true }))

  it('says its version and algorithm', async () => {
    assert.match(await hash(folder), /^v1:sha256:[0-9a-f]{64}$/)
  })

  it('is what its documentation says', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    await write(folder, { '\u{1F600}': 'smile', '\uFF5E': 'tilde', 'src.txt': '', 'a "b"\n': '' })

    const found = await hash(folder, { target: 'final', buildArguments: { B: '"2"\n', A: 'é' } })

    const lines = [
      `["dockerfile","${sha256(dockerfileText)}"]`,
      '["target","final"]',
      '["argument","A","é"]',
      String.raw`["argument","B","\"2\"\n"]`,
      `["file",".dockerignore",false,"${sha256('bin\n')}"]`,
      `["file","Dockerfile",false,"${sha256(dockerfileText)}"]`,
      `["file","README.md",false,"${sha256('read me\n')}"]`,
      String.raw`["file","a \"b\"\n",false,"${sha256('')}"]`,
      '["link","link","src/a.cs"]',
      `["file","run.sh",true,"${sha256('#!/bin/sh\n')}"]`,
      `["file","src.txt",false,"${sha256('')}"]`,
      `["file","src/a.cs",false,"${sha256('a')}"]`,
      `["file","src/b.cs",false,"${sha256('b')}"]`,
      `["file","src/empty",false,"${sha256('')}"]`,
      `["file","\uFF5E",false,"${sha256('tilde')}"]`,
      `["file","\u{1F600}",false,"${sha256('smile')}"]`,
    ]
    assert.equal(found, `v1:sha256:${sha256(lines.map((line) => `${line}\n`).join(''))}`)
  })

  type Change = (at: (path: string) => string) => Promise<unknown>

  const equal: readonly (readonly [what: string, change: Change])[] = [
    ['other times', (at) => Promise.all(['.', 'src', 'src/a.cs'].map((path) => utimes(at(path), 1, 2)))],
    ['another umask for files', (at) => chmod(at('src/a.cs'), 0o664)],
    ['another umask for programs', (at) => chmod(at('run.sh'), 0o700)],
    ['another umask for folders', (at) => chmod(at('src'), 0o700)],
    ["the group's executable bit", (at) => chmod(at('src/a.cs'), 0o654)],
    ['setuid and the sticky bit', (at) => chmod(at('run.sh'), 0o5755)],
    ['an empty folder', (at) => mkdir(at('obj/deep'), { recursive: true })],
    ['a commit', (at) => write(at('.git'), { HEAD: 'ref: refs/heads/main', 'objects/1a/2b': 'x' })],
    ['a link to the repository of a submodule', (at) => writeFile(at('src/.git'), 'gitdir: ../.git/modules/src')],
    ['a file in an ignored folder', (at) => writeFile(at('bin/y.dll'), 'y')],
    ['an ignored folder that is gone', (at) => rm(at('bin'), { recursive: true })],
    ['a file that is written again', (at) => writeFile(at('src/a.cs'), 'a')],
  ]
  for (const [what, change] of equal) {
    it(`stays the same with ${what}`, async () => {
      const before = await hash(folder)

      await change((path) => join(folder, path))

      assert.equal(await hash(folder), before)
    })
  }

  const different: readonly (readonly [what: string, change: Change])[] = [
    ['another content', (at) => writeFile(at('src/a.cs'), 'A')],
    ['another line ending', (at) => writeFile(at('README.md'), 'read me\r\n')],
    ['contents that swap their files', (at) => write(at('src'), { 'a.cs': 'b', 'b.cs': 'a' })],
    ['another name', (at) => rename(at('src/a.cs'), at('src/c.cs'))],
    ['another case of a name', (at) => rename(at('README.md'), at('readme.md'))],
    ['another folder', (at) => rename(at('src/a.cs'), at('a.cs'))],
    ['another name of a folder', (at) => rename(at('src'), at('source'))],
    ['a new file', (at) => writeFile(at('new'), '')],
    ["files for git's users", (at) => write(at('.'), { '.gitignore': 'bin' })],
    ['a file that is gone', (at) => rm(at('src/empty'))],
    ['an executable bit that is set', (at) => chmod(at('src/a.cs'), 0o744)],
    ['an executable bit of the Dockerfile, which the context sends too', (at) => chmod(at('Dockerfile'), 0o755)],
    ['an executable bit that is gone', (at) => chmod(at('run.sh'), 0o655)],
    ['another target of a link', (at) => rm(at('link')).then(() => symlink('src/b.cs', at('link')))],
    ['a file in place of a link', (at) => rm(at('link')).then(() => writeFile(at('link'), 'a'))],
    ["a file that holds the link's target", (at) => rm(at('link')).then(() => writeFile(at('link'), 'src/a.cs'))],
    ['a link in place of a folder', (at) => rename(at('src'), at('real')).then(() => symlink('real', at('src')))],
    ['ignore rules in other words, since they are sent', (at) => writeFile(at('.dockerignore'), 'bin/\n')],
    ["the Dockerfile's own ignore rules", (at) => writeFile(at('Dockerfile.dockerignore'), 'bin')],
    ['ignore rules that leave more out', (at) => writeFile(at('.dockerignore'), 'bin\nsrc/b.cs\n')],
    ['ignore rules that leave less out', (at) => rm(at('.dockerignore'))],
    ['a .dockerignore further down, which is a file like others', (at) => writeFile(at('src/.dockerignore'), 'x')],
    ['a Dockerfile further down, which is a file like others', (at) => writeFile(at('src/Dockerfile'), 'x')],
  ]
  for (const [what, change] of different) {
    it(`changes with ${what}`, async () => {
      const before = await hash(folder)

      await change((path) => join(folder, path))

      assert.notEqual(await hash(folder), before)
    })
  }

  it('changes with every part of the request, and with which part it is', async () => {
    const requests: readonly Options[] = [
      {},
      { text: `${dockerfileText}\n` },
      { text: dockerfileText.replaceAll('\n', '\r\n') },
      { target: 'final' },
      { target: 'build' },
      { buildArguments: { A: '1' } },
      { buildArguments: { A: '2' } },
      { buildArguments: { A: '' } },
      { buildArguments: { B: '1' } },
      { buildArguments: { A: '1', B: '2' } },
      { buildArguments: { A: '2', B: '1' } },
      { buildArguments: { A: '1"],["B","2' } },
      { buildArguments: { A: '1\nB=2' } },
      { target: 'A', buildArguments: { A: '1' } },
    ]

    const hashes = await Promise.all(requests.map((request) => hash(folder, request)))

    assert.equal(new Set(hashes).size, requests.length)
  })

  it('does not depend on the order of build arguments', async () => {
    const one = await hash(folder, { buildArguments: { B: '2', A: '1', 10: 'x', a: '3' } })
    const other = await hash(folder, { buildArguments: { a: '3', A: '1', 10: 'x', B: '2' } })

    assert.equal(one, other)
  })

  it('is the same for a copy in another place, made in another order', async () => {
    const copy = join(home, 'elsewhere', 'copy')
    for (const name of (await readdir(folder)).sort().reverse()) {
      await cp(join(folder, name), join(copy, name), { recursive: true, verbatimSymlinks: true })
    }

    assert.equal(await hash(copy), await hash(folder))
  })

  it('is the same for another owner', async () => {
    const before = await hash(folder)

    // Only root can give files away; to anyone else the call with their own ids is all that the system allows.
    const owner = process.geteuid?.() === 0 ? 12_345 : process.geteuid?.()
    assert.ok(owner !== undefined, 'needs a system with owners of files')
    for (const path of ['src', 'src/a.cs', 'run.sh']) await chown(join(folder, path), owner, -1)
    await lchown(join(folder, 'link'), owner, -1)

    assert.equal(await hash(folder), before)
  })

  it('is the same after a clone', async () => {
    const git = (...options: string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...options], { cwd: folder })
    await mkdir(join(folder, 'empty'))
    await write(folder, { '.gitignore': 'bin\n' })
    await git('-c', 'init.defaultBranch=main', 'init', '--quiet')
    await git('add', '.')
    await git('-c', 'commit.gpgSign=false', 'commit', '--quiet', '--message', 'first')
    const clone = join(home, 'clone')
    const umask = process.umask(0o077)
    await git('clone', '--quiet', '--config', 'core.autocrlf=false', folder, clone).finally(() => process.umask(umask))

    assert.ok(!(await readdir(clone)).includes('empty'))
    assert.equal(await hash(clone), await hash(folder))
  })

  it('does not look at the context where the Dockerfile takes nothing from it', async () => {
    const options = { text: 'FROM a\nCOPY --from=b /a /b\n', target: 'final', buildArguments: { A: '1' } }

    const found = await hash(folder, options)

    assert.equal(await hash(join(home, 'missing'), options), found)
    assert.notEqual(await hash(folder, { ...options, target: 'other' }), found)
  })

  it('does not look at the name of a Dockerfile that is not sent', async () => {
    await write(folder, { '.dockerignore': 'bin\n*Dockerfile' })
    const before = await hash(folder)

    await rename(join(folder, 'Dockerfile'), join(folder, 'app.Dockerfile'))

    assert.equal(await hash(folder, { dockerfile: 'app.Dockerfile' }), before)
  })

  it('does not look at ignore rules that are not sent', async () => {
    await write(folder, { '.dockerignore': 'bin\n.dockerignore' })
    const before = await hash(folder)

    await write(folder, { '.dockerignore': '# build output\nbin\n.dockerignore' })

    assert.equal(await hash(folder), before)
  })

  it("follows the Dockerfile's own rules", async () => {
    await write(folder, { 'docker/app.Dockerfile': dockerfileText })
    await write(folder, { 'docker/app.Dockerfile.dockerignore': 'bin\nsrc/b.cs' })
    const options = { dockerfile: 'docker/app.Dockerfile' }
    const before = await hash(folder, options)

    await write(folder, { 'src/b.cs': 'ignored' })

    assert.equal(await hash(folder, options), before)
    await write(folder, { 'src/a.cs': 'changed' })
    assert.notEqual(await hash(folder, options), before)
  })

  it('takes a Dockerfile outside the context', async () => {
    await rename(join(folder, 'Dockerfile'), join(home, 'Dockerfile'))
    const before = await hash(folder, { dockerfile: '../Dockerfile' })

    await writeFile(join(folder, 'Dockerfile'), 'a file like others')

    assert.notEqual(await hash(folder, { dockerfile: '../Dockerfile' }), before)
  })

  it('reads a file of 100 MB', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    const file = join(folder, 'large')
    await writeFile(
      file,
      Array.from({ length: 100 }, () => megabyte),
    )
    const before = await hash(folder)

    await writeFile(file, 'y', { flag: 'a' })
    const after = await hash(folder)
    await writeFile(
      file,
      Array.from({ length: 100 }, () => megabyte),
    )

    assert.notEqual(after, before)
    assert.equal(await hash(folder), before)
  }).timeout(30_000)

  it('names a file that cannot be read', async () => {
    const file = join(folder, 'src/a.cs')
    await chmod(file, 0o000)
    await chmod(home, 0o755)

    await rejects(
      asOrdinaryUser(() => hash(folder)),
      { message: new RegExp(`^Cannot read ${file} to compare the build context: EACCES`) },
    )
  })

  it('names a folder that is not there', async () => {
    const missing = join(home, 'missing')

    await rejects(hash(missing), { message: new RegExp(`^Cannot read the build context ${missing}: ENOENT`) })
  })

  it('is the same for two folders just when they hold the same', async () => {
    let count = 0
    const make = async (tree: Tree) => {
      const place = join(home, `tree-${String(count++)}`)
      await mkdir(place)
      await writeTree(place, tree)
      return place
    }
    await fc.assert(
      fc.asyncProperty(trees, trees, fc.boolean(), async (one, another, isTwin) => {
        const other = isTwin ? withOtherModes(one) : another

        const [found, expected] = await Promise.all([one, other].map(async (tree) => hash(await make(tree))))

        assert.equal(found === expected, describeTree(one).join('\n') === describeTree(other).join('\n'))
      }),
      { numRuns: 150 },
    )
  }).timeout(30_000)
})

/** Root may read everything, so root takes another user's place meanwhile. */
async function asOrdinaryUser<T>(act: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await act()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

type Node =
  | { readonly kind: 'file'; readonly text: string; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder'; readonly tree: Tree }
type Tree = Readonly<Record<string, Node>>

const names = fc.constantFrom('a', 'b', 'a.b', 'a b', 'é')
const { trees } = fc.letrec<{ trees: Tree; node: Node }>((tie) => ({
  trees: fc.dictionary(names, tie('node'), { maxKeys: 2 }),
  node: fc.oneof(
    { maxDepth: 2 },
    fc.record({
      kind: fc.constant('file' as const),
      text: fc.constantFrom('', 'a', 'b'),
      mode: fc.constantFrom(0o644, 0o664, 0o600, 0o755, 0o744),
    }),
    fc.record({ kind: fc.constant('link' as const), target: names }),
    fc.record({ kind: fc.constant('folder' as const), tree: tie('trees') }),
  ),
}))

async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [name, node] of Object.entries(tree)) {
    const path = join(folder, name)
    switch (node.kind) {
      case 'file':
        await writeFile(path, node.text)
        await chmod(path, node.mode)
        break
      case 'link':
        await symlink(node.target, path)
        break
      case 'folder':
        await mkdir(path)
        await writeTree(path, node.tree)
    }
  }
}

/** What counts of a tree: a line for each file and link. */
function describeTree(tree: Tree, folder = ''): string[] {
  return Object.entries(tree)
    .flatMap(([name, node]) => {
      const path = `${folder}/${name}`
      switch (node.kind) {
        case 'file':
          return [`${path} file ${node.text} ${String((node.mode & 0o100) !== 0)}`]
        case 'link':
          return [`${path} link ${node.target}`]
        case 'folder':
          return describeTree(node.tree, path)
      }
    })
    .sort()
}

/** The same tree as another person's checkout would have it, with an empty folder more. */
function withOtherModes(tree: Tree): Tree {
  const changed = Object.entries(tree).map(([name, node]): [string, Node] => {
    if (node.kind === 'file') return [name, { ...node, mode: (node.mode & 0o100) === 0 ? 0o604 : 0o711 }]
    return [name, node.kind === 'folder' ? { ...node, tree: withOtherModes(node.tree) } : node]
  })
  return Object.fromEntries([...changed.reverse(), ['empty', { kind: 'folder', tree: {} }]])
}
