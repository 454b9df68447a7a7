import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locateDockerfile } from '../../src/dockerfile/locate-dockerfile.ts'

describe('locateDockerfile', () => {
  let root: string
  const locate = (context: string, dockerfile: string) =>
    locateDockerfile({ contextInput: 'contextPath', context, dockerfileInput: 'dockerfile', dockerfile })

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'locate-dockerfile-'))
    await mkdir(join(root, 'context'))
    await writeFile(join(root, 'context', 'Dockerfile'), '')
    await writeFile(join(root, 'outside'), '')
  })
  after(() => rm(root, { recursive: true }))

  it('finds a file in the context, beside it, and by its absolute path', async () => {
    const context = join(root, 'context')

    assert.equal(await locate(context, 'Dockerfile'), join(context, 'Dockerfile'))
    assert.equal(await locate(context, '../outside'), join(root, 'outside'))
    assert.equal(await locate(context, join(root, 'outside')), join(root, 'outside'))
  })

  it('names the input of a context that is no folder', async () => {
    for (const context of [join(root, 'missing'), join(root, 'outside')]) {
      await assert.rejects(locate(context, 'Dockerfile'), { name: 'InputError', input: 'contextPath' })
    }
  })

  it('names the input of a Dockerfile that is no file', async () => {
    for (const dockerfile of ['missing', '.']) {
      await assert.rejects(locate(join(root, 'context'), dockerfile), { name: 'InputError', input: 'dockerfile' })
    }
  })
})
