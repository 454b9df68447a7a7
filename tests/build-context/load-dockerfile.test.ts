import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aDockerfile } from '../support/builders.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import { rejects } from '../support/problems.ts'

describe('loadDockerfile', () => {
  let root: string
  const load = (context: string, dockerfile: string) =>
    loadDockerfile({ contextInput: 'contextPath', context, dockerfileInput: 'dockerfile', dockerfile })

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'load-dockerfile-'))
    await mkdir(join(root, 'context'))
    await writeFile(join(root, 'context', 'Dockerfile'), 'FROM a')
    await writeFile(join(root, 'outside'), 'FROM b')
  })
  after(() => rm(root, { recursive: true }))

  it('finds a file in the context, beside it, and by its absolute path', async () => {
    const context = join(root, 'context')

    const outside = aDockerfile('FROM b', join(root, 'outside'))
    assert.deepEqual(await load(context, 'Dockerfile'), aDockerfile('FROM a', join(context, 'Dockerfile')))
    assert.deepEqual(await load(context, '../outside'), outside)
    assert.deepEqual(await load(context, join(root, 'outside')), outside)
  })

  it('takes dockerfile where there is no Dockerfile, as the docker client does, and for no other name', async () => {
    const context = join(root, 'small')
    await mkdir(context)
    for (const name of ['dockerfile', 'other.dockerfile']) await writeFile(join(context, name), 'FROM c')

    assert.deepEqual(await load(context, 'Dockerfile'), aDockerfile('FROM c', join(context, 'dockerfile')))
    await rejects(load(context, 'Other.Dockerfile'), {
      field: 'dockerfile',
      message: /Other\.Dockerfile, which is not a file/,
    })
  })

  it('names the input of a context that is no folder', async () => {
    for (const context of [join(root, 'missing'), join(root, 'outside')]) {
      await rejects(load(context, 'Dockerfile'), { name: 'InvalidInput', field: 'contextPath' })
    }
  })

  it('names the input of a Dockerfile that cannot be read', async () => {
    // A file that is there and refuses to be read, also for root.
    await rejects(load(join(root, 'context'), '/proc/self/mem'), {
      name: 'InvalidInput',
      field: 'dockerfile',
      message: /names \/proc\/self\/mem, which cannot be read \(\w+\)\. Let the agent's user read it\./,
    })
  })

  it('names the input of a Dockerfile that is no file', async () => {
    for (const dockerfile of ['missing', '.']) {
      await rejects(load(join(root, 'context'), dockerfile), { name: 'InvalidInput', field: 'dockerfile' })
    }
  })
})
