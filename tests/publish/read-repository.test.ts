import assert from 'node:assert/strict'
import { readOrigin } from '../../src/model/build-record.ts'
import { UnreadableImageError } from '../../src/model/image-config.ts'
import { listTags, readCurrent, readStoredOrigin } from '../../src/publish/read-repository.ts'
import { aReleaseLine, labelsOf } from '../support/builders.ts'
import { memoryRepository } from '../support/memory-repository.ts'

describe('listTags', () => {
  it('finds none in a repository that does not exist', async () => {
    assert.deepEqual(await listTags(memoryRepository({ exists: false })), new Map())
  })
})

describe('readStoredOrigin', () => {
  const failing = (error: Error) => ({ ...memoryRepository(), readConfig: () => Promise.reject(error) })

  it('reads where a release comes from', async () => {
    const repository = memoryRepository()
    const digest = repository.push('10.0-noble-1.0.0', { labels: labelsOf() })

    assert.deepEqual(
      await readStoredOrigin(aReleaseLine(), digest, repository),
      readOrigin({ labels: labelsOf() }, aReleaseLine()),
    )
  })

  it('finds none where what is stored is no image', async () => {
    const digest = memoryRepository().push('10.0-noble-1.0.0')

    assert.equal(
      await readStoredOrigin(aReleaseLine(), digest, failing(new UnreadableImageError('A chart.'))),
      undefined,
    )
  })

  it('throws where it could not find out', async () => {
    const digest = memoryRepository().push('10.0-noble-1.0.0')

    await assert.rejects(readStoredOrigin(aReleaseLine(), digest, failing(new Error('No answer.'))), {
      message: 'No answer.',
    })
  })
})

describe('readCurrent', () => {
  it("finds the line's highest release with its origin", async () => {
    const repository = memoryRepository()
    repository.push('10.0-noble-1.9.0', { labels: labelsOf({}, 'project/1') })
    repository.push('10.0-noble-1.10.0', { labels: labelsOf({}, 'project/2') })

    const current = await readCurrent(aReleaseLine(), repository.tagged, repository)

    assert.equal(current?.release.tag, '10.0-noble-1.10.0')
    assert.equal(current.origin?.run, 'project/2')
  })

  it('finds none on an empty line', async () => {
    assert.equal(await readCurrent(aReleaseLine(), new Map(), memoryRepository()), undefined)
  })
})
