import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderContext } from '../../src/build-context/folder-context.ts'
import { hashContext } from '../../src/build-context/hash-context.ts'
import { aDockerfile } from '../support/builders.ts'
import { rejects } from '../support/problems.ts'

describe('folderContext', () => {
  const text = 'FROM a\nCOPY . /app\n'
  const dockerfile = aDockerfile(text, '/elsewhere/Dockerfile')
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folder-context-'))
    await writeFile(join(folder, 'app.cs'), 'content')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('has the hash that the check gives to the same build', async () => {
    const options = { target: 'final', buildArguments: { A: '1' } }

    const hash = await folderContext(folder, dockerfile).hash(options)

    assert.equal(hash, await hashContext({ ...options, context: folder, dockerfile }))
  })

  it('has another hash for another text, target, argument or file', async () => {
    const context = folderContext(folder, dockerfile)
    const hashes = [
      await context.hash({ buildArguments: {} }),
      await context.hash({ buildArguments: {}, target: 'final' }),
      await context.hash({ buildArguments: { A: '1' } }),
      await folderContext(folder, aDockerfile(`${text}RUN x\n`, dockerfile.path)).hash({ buildArguments: {} }),
    ]
    await writeFile(join(folder, 'app.cs'), 'other content')
    hashes.push(await context.hash({ buildArguments: {} }))

    assert.equal(new Set(hashes).size, 5)
  })

  it('goes by the .dockerignore of its Dockerfile', async () => {
    await writeFile(join(folder, 'app.Dockerfile'), text)
    await writeFile(join(folder, 'app.Dockerfile.dockerignore'), 'app.cs')
    const context = folderContext(folder, aDockerfile(text, join(folder, 'app.Dockerfile')))
    const before = await context.hash({ buildArguments: {} })

    await writeFile(join(folder, 'app.cs'), 'other content')

    assert.equal(await context.hash({ buildArguments: {} }), before)
  })

  it('can be listed where all of it can be read', async () => {
    await folderContext(folder, dockerfile).list()
  })

  it('names what cannot be read', async () => {
    const missing = join(folder, 'missing')
    const context = folderContext(missing, dockerfile)

    await rejects(context.list(), { name: 'ContextError', doing: 'list', path: missing })
    await rejects(context.hash({ buildArguments: {} }), { name: 'ContextError', doing: 'list', path: missing })
  })
})
