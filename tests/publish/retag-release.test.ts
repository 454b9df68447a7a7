import assert from 'node:assert/strict'
import { retagRelease } from '../../src/publish/retag-release.ts'
import { aLine } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRepository } from '../support/memory-repository.ts'

describe('retagRelease', () => {
  it('moves the floating tags to the highest release', async () => {
    const repository = memoryRepository()
    const old = repository.push('10.0-noble-1.9.0', { environment: { A: '1' } })
    const highest = repository.push('10.0-noble-1.10.0', { environment: { A: '2' } })
    await repository.pointTag('latest', old)

    const published = await retagRelease(
      { line: aLine(), extraTags: ['10.0'], tagAsLatest: true },
      { repository, log: capturedLog() },
    )

    assert.equal(published.release.tag, '10.0-noble-1.10.0')
    assert.deepEqual(
      ['10.0', 'latest', '10.0-noble-current'].map((tag) => repository.tagged.get(tag)),
      [highest, highest, highest],
    )
  })

  for (const exists of [true, false]) {
    it(`says so where there is no release in ${exists ? 'an empty' : 'a missing'} repository`, async () => {
      const outside = { repository: memoryRepository({ exists }), log: capturedLog() }

      await assert.rejects(retagRelease({ line: aLine(), extraTags: [], tagAsLatest: true }, outside), {
        message: /platform\/aspnet:10\.0-noble has no release whose tags could be moved/,
      })
    })
  }
})
