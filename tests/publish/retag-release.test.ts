import assert from 'node:assert/strict'
import { UnreadableImageError } from '../../src/model/image-config.ts'
import { retagRelease } from '../../src/publish/retag-release.ts'
import { aReleaseLine, labelsOf } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRepository } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

describe('retagRelease', () => {
  it('moves the floating tags to the highest release', async () => {
    const repository = memoryRepository()
    const old = repository.push('10.0-noble-1.9.0', { environment: { A: '1' } })
    const highest = repository.push('10.0-noble-1.10.0', { environment: { A: '2' } })
    await repository.pointTag('latest', old)

    const published = await retagRelease(
      { releaseLine: aReleaseLine(), run: 'project/2', extraTags: ['10.0'], tagAsLatest: true },
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
      const ports = { repository: memoryRepository({ exists }), log: capturedLog() }

      await rejects(
        retagRelease({ releaseLine: aReleaseLine(), run: 'project/2', extraTags: [], tagAsLatest: true }, ports),
        {
          message: /platform\/aspnet:10\.0-noble has no release whose tags could be moved/,
        },
      )
    })
  }

  describe('tells people', () => {
    /** Retags a line whose release is made by us or not, and whose bookmark stands where it does. */
    async function retag(state: { labels: Record<string, string>; bookmark?: 'old' | 'on it'; run?: string }) {
      const { labels, bookmark, run = 'project/2' } = state
      const repository = memoryRepository()
      const old = repository.push('10.0-noble-1.0.0', { environment: { A: '1' } })
      const highest = repository.push('10.0-noble-1.1.0', { labels })
      await repository.pointTag('latest', old)
      if (bookmark !== undefined) await repository.pointTag('10.0-noble-current', bookmark === 'old' ? old : highest)
      const wishes = { releaseLine: aReleaseLine(), run, extraTags: [], tagAsLatest: true }
      return retagRelease(wishes, { repository, log: capturedLog() })
    }

    const rows = [
      ['of a publish that it finished', { labels: labelsOf(), bookmark: 'old' }, true],
      ['of a first publish that it finished', { labels: labelsOf() }, true],
      ['of what an earlier attempt published', { labels: labelsOf(), bookmark: 'on it', run: 'project/1' }, true],
      ['not of a repaired latest', { labels: labelsOf(), bookmark: 'on it' }, false],
      ['not of a repaired latest where a line never had a bookmark', { labels: {} }, false],
      [
        'not of one where the labels are inherited',
        { labels: labelsOf({ releaseLine: aReleaseLine({ tagPrefix: 'x' }) }) },
        false,
      ],
    ] as const
    for (const [what, state, isNews] of rows) {
      it(what, async () => {
        assert.equal((await retag(state)).isNews, isNews)
      })
    }
  })

  it('leaves latest where the inputs leave it, and says so without a warning', async () => {
    const [repository, log] = [memoryRepository(), capturedLog()]
    const old = repository.push('10.0-noble-1.0.0', { environment: { A: '1' } })
    const highest = repository.push('10.0-noble-1.1.0', { labels: labelsOf() })
    await repository.pointTag('latest', old)
    await repository.pointTag('10.0-noble-current', highest)

    const { isNews } = await retagRelease(
      { releaseLine: aReleaseLine(), run: 'project/2', extraTags: [], tagAsLatest: false },
      { repository, log },
    )

    assert.equal(isNews, false)
    assert.equal(repository.tagged.get('latest'), old)
    assert.equal(log.lines[0], 'latest stays on 10.0-noble-1.0.0: the input "tagAsLatest" is false')
    assert.deepEqual(log.warnings, [])
  })

  it('refuses a tag that could never move, before it moves another', async () => {
    const repository = memoryRepository({ tagSettings: { tags: 'movable', exceptions: ['10.0-noble-*.*'] } })
    repository.push('10.0-noble-1.0.0', { labels: labelsOf() })
    const request = {
      releaseLine: aReleaseLine(),
      run: 'project/1',
      extraTags: ['10.0', '10.0-noble-a.b'],
      tagAsLatest: true,
    }

    await rejects(retagRelease(request, { repository, log: capturedLog() }), {
      name: 'InvalidInput',
      field: 'extraTags',
    })
    assert.deepEqual([...repository.tagged.keys()], ['10.0-noble-1.0.0'])
  })

  it('moves the tags to a release that is no image', async () => {
    const repository = memoryRepository()
    const digest = repository.push('10.0-noble-1.0.0')
    const readConfig = () => Promise.reject(new UnreadableImageError('It is a chart.'))
    const request = { releaseLine: aReleaseLine(), run: 'project/1', extraTags: [], tagAsLatest: true }

    const { isNews } = await retagRelease(request, { repository: { ...repository, readConfig }, log: capturedLog() })

    assert.equal(repository.tagged.get('latest'), digest)
    assert.equal(isNews, false)
  })

  it('moves nothing where it cannot read whose the release is', async () => {
    const repository = memoryRepository()
    repository.push('10.0-noble-1.0.0')
    const readConfig = () => Promise.reject(new Error('ECR does not answer.'))
    const request = { releaseLine: aReleaseLine(), run: 'project/1', extraTags: [], tagAsLatest: true }

    await assert.rejects(retagRelease(request, { repository: { ...repository, readConfig }, log: capturedLog() }), {
      message: 'ECR does not answer.',
    })
    assert.deepEqual([...repository.tagged.keys()], ['10.0-noble-1.0.0'])
  })
})
