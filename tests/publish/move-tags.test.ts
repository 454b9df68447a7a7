import assert from 'node:assert/strict'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import { followNewerRelease, moveTags, type TagsToMove } from '../../src/publish/move-tags.ts'
import { aReleaseLine } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRepository, type MemoryRepository, type MemoryRepositoryOptions } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

/** A repository with two releases of the line, and the request to move the tags to the second. */
function start(options: MemoryRepositoryOptions = {}) {
  const repository = memoryRepository(options)
  const old = repository.push('10.0-noble-1.0.0', { environment: { V: '1' } })
  const digest = repository.push('10.0-noble-1.1.0', { environment: { V: '2' } })
  return { repository, log: capturedLog(), old, digest }
}

const toMove = (repository: MemoryRepository, digest: Digest, overrides: Partial<TagsToMove> = {}): TagsToMove => ({
  releaseLine: aReleaseLine(),
  floating: ['10.0', 'latest'],
  release: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0', digest },
  tags: new Map(repository.tagged),
  tagSettings: { tags: 'movable', exceptions: [] },
  foreignLatest: 'take',
  ...overrides,
})

describe('moveTags', () => {
  it('moves the floating tags in their order and the bookmark last, and says where each stood', async () => {
    const { repository, log, old, digest } = start()
    await repository.pointTag('latest', old)
    await repository.pointTag('10.0-noble-current', digest)

    const moves = await moveTags(toMove(repository, digest), { repository, log })

    assert.deepEqual(moves, [
      { tag: '10.0', outcome: 'moved' },
      { tag: 'latest', before: old, outcome: 'moved' },
      { tag: '10.0-noble-current', before: digest, outcome: 'unchanged' },
    ])
    assert.deepEqual(log.lines, [
      '10.0  -> 10.0-noble-1.1.0',
      'latest  -> 10.0-noble-1.1.0',
      '10.0-noble-current  already on 10.0-noble-1.1.0',
    ])
  })

  it('tries all tags before it reports a frozen one, and leaves the bookmark behind', async () => {
    const tagSettings = { tags: 'movable', exceptions: ['10*0'] } as const
    const { repository, log, old, digest } = start({ tagSettings })
    await repository.pointTag('10.0', old)

    await rejects(moveTags(toMove(repository, digest, { tagSettings }), { repository, log }), {
      message:
        '10.0-noble-1.1.0 is published, but the repository\'s settings do not let 10.0 move. To free 10.0, narrow its immutable filter "10*0"; or leave 10.0 out of the inputs. 10.0-noble-1.1.0 stays published, with latest on it.',
    })
    assert.equal(repository.tagged.get('latest'), digest)
    assert.equal(repository.tagged.has('10.0-noble-current'), false)
  })

  it('gives one setting that frees all frozen tags, and the bookmark', async () => {
    const tagSettings = { tags: 'frozen', exceptions: [] } as const
    const { repository, log, old, digest } = start({ tagSettings })
    for (const tag of ['10.0', 'latest']) await repository.pointTag(tag, old)

    await rejects(moveTags(toMove(repository, digest, { tagSettings }), { repository, log }), {
      message:
        '10.0-noble-1.1.0 is published, but the repository\'s settings do not let 10.0, latest move. To free 10.0, latest, 10.0-noble-current, set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the filters "10.0", "latest", "10.0-noble-current"; or leave 10.0, latest out of the inputs. 10.0-noble-1.1.0 stays published, with no floating tag on it.',
    })
  })

  it('does not set a bookmark that could never move again, and says how to free it', async () => {
    const tagSettings = { tags: 'frozen', exceptions: ['10.0', 'latest'] } as const
    const { repository, log, digest } = start({ tagSettings })

    const moves = await moveTags(toMove(repository, digest, { tagSettings }), { repository, log })

    assert.deepEqual(moves.at(-1), { tag: '10.0-noble-current', outcome: 'frozen' })
    assert.equal(repository.tagged.has('10.0-noble-current'), false)
    assert.match(log.warnings.join(), /with the filters "10\.0", "latest", "10\.0-noble-current"\.$/)
  })

  it('takes a bookmark that is frozen by settings of this minute for a frozen one', async () => {
    const { repository, log, old, digest } = start({ tagSettings: { tags: 'movable', exceptions: ['*-current'] } })
    await repository.pointTag('10.0-noble-current', old)

    const moves = await moveTags(toMove(repository, digest), { repository, log })

    assert.deepEqual(moves.at(-1), { tag: '10.0-noble-current', before: old, outcome: 'frozen' })
    assert.equal(log.warnings.length, 1)
  })

  describe('where latest stands on a release of another line', () => {
    async function withForeignLatest() {
      const started = start()
      const foreign = started.repository.push('8.0-noble-2.0.0', { environment: { V: '8' } })
      await started.repository.pointTag('latest', foreign)
      return { ...started, foreign }
    }

    it('takes it, and warns with both', async () => {
      const { repository, log, digest } = await withForeignLatest()

      await moveTags(toMove(repository, digest), { repository, log })

      assert.equal(repository.tagged.get('latest'), digest)
      assert.match(log.warnings.join(), /^latest left 8\.0-noble-2\.0\.0 for 10\.0-noble-1\.1\.0: .*"tagAsLatest"/)
    })

    it('leaves it there where it is asked to, and moves the rest', async () => {
      const { repository, log, digest, foreign } = await withForeignLatest()

      const moves = await moveTags(toMove(repository, digest, { foreignLatest: 'leave' }), { repository, log })

      assert.equal(repository.tagged.get('latest'), foreign)
      assert.equal(repository.tagged.get('10.0-noble-current'), digest)
      assert.deepEqual(moves[1], { tag: 'latest', before: foreign, outcome: 'left' })
      assert.deepEqual(log.warnings, [])
    })
  })

  for (const [what, tag] of [
    ['an older release of the line', '10.0-noble-1.0.0'],
    ['an image of no line', 'nightly'],
  ] as const) {
    it(`takes latest from ${what} without a word`, async () => {
      const { repository, log, digest } = start()
      const there = repository.tagged.get(tag) ?? repository.push(tag, { environment: { V: 'nightly' } })
      await repository.pointTag('latest', there)

      await moveTags(toMove(repository, digest, { foreignLatest: 'leave' }), { repository, log })

      assert.equal(repository.tagged.get('latest'), digest)
      assert.deepEqual(log.warnings, [])
    })
  }

  for (const [failing, moved, standing] of [
    ['10.0', [], 'no floating tag'],
    ['latest', ['10.0'], '10.0'],
    ['10.0-noble-current', ['10.0', 'latest'], '10.0, latest'],
  ] as const) {
    it(`says what stands where ${failing} fails`, async () => {
      const { repository, log, digest } = start()
      const cause = new Error('ECR does not answer.')
      const ports = {
        repository: {
          ...repository,
          pointTag: (tag: string, to: Digest) =>
            tag === failing ? Promise.reject(cause) : repository.pointTag(tag, to),
        },
        log,
      }

      await rejects(moveTags(toMove(repository, digest), ports), {
        fault: {
          what: 'unfinished',
          progress: { tag: '10.0-noble-1.1.0', moves: moved.map((tag) => ({ tag, outcome: 'moved' })) },
          why: cause,
        },
        cause,
        message: new RegExp(
          `10\\.0-noble-1\\.1\\.0 stays published, with ${standing} on it; run again to finish the rest\\.$`,
        ),
      })
    })
  }
})

describe('followNewerRelease', () => {
  it('is content where nothing came', async () => {
    const { repository, log, digest } = start()
    const request = toMove(repository, digest)

    assert.equal(await followNewerRelease(request, [], { repository, log }), request.release)
    assert.deepEqual(log.lines, [])
  })

  it('hands the tags to higher releases that came meanwhile, however many', async () => {
    const { repository, log, digest } = start()
    const request = toMove(repository, digest)
    await moveTags(request, { repository, log })
    const higher = repository.push('10.0-noble-1.2.0', { environment: { V: '3' } })
    let highest: Digest | undefined
    const pushing = {
      ...repository,
      pointTag(tag: string, to: Digest) {
        highest ??= repository.push('10.0-noble-1.10.0', { environment: { V: '4' } })
        return repository.pointTag(tag, to)
      },
    }

    const last = await followNewerRelease(request, [], { repository: pushing, log })

    assert.notEqual(highest, higher)
    assert.deepEqual(last, { version: '1.10.0', tag: '10.0-noble-1.10.0', digest: highest })
    for (const tag of ['10.0', 'latest', '10.0-noble-current']) assert.equal(repository.tagged.get(tag), highest)
  })

  it('believes the list and not the registry that a tag stands on the release already', async () => {
    const { repository, log, digest, old } = start()
    await repository.pointTag('10.0', old)
    const lying = {
      ...repository,
      pointTag: (tag: string, to: Digest) =>
        tag === '10.0' ? Promise.resolve('unchanged' as const) : repository.pointTag(tag, to),
    }
    const request = toMove(repository, digest)
    const moves = await moveTags(request, { repository: lying, log })

    await rejects(followNewerRelease(request, moves, { repository: lying, log }), {
      name: 'PublishError',
      message:
        'The registry said that 10.0 stands on 10.0-noble-1.1.0 already, but its own list says otherwise. Run the job again. 10.0-noble-1.1.0 stays published, with latest, 10.0-noble-current on it.',
    })
  })

  it('says what stands where the line cannot be listed', async () => {
    const { repository, log, digest } = start()
    const request = toMove(repository, digest)
    const moves = await moveTags(request, { repository, log })
    const why = new Error('ECR does not answer.')
    const tags = () => Promise.reject(why)

    await rejects(followNewerRelease(request, moves, { repository: { ...repository, tags }, log }), {
      fault: { what: 'unfinished', progress: { tag: '10.0-noble-1.1.0', moves }, why },
      message: /with 10\.0, latest, 10\.0-noble-current on it; run again to finish the rest\.$/,
    })
  })

  it('never goes back, not even where the release is gone', async () => {
    const { repository, log, digest, old } = start()
    const listing = new Map([['10.0-noble-1.0.0', old]])
    const request = toMove(repository, digest)

    const last = await followNewerRelease(request, [], {
      repository: { ...repository, tags: () => Promise.resolve(listing) },
      log,
    })

    assert.equal(last, request.release)
    assert.equal(repository.tagged.has('latest'), false)
  })

  it('follows the version to what another publisher made of it', async () => {
    const { repository, log, digest } = start()
    const request = toMove(repository, digest)
    const theirs = repository.push('10.0-noble-1.1.0', { environment: { V: 'theirs' } })

    const last = await followNewerRelease(request, [], { repository, log })

    assert.equal(last.digest, theirs)
    assert.notEqual(theirs, digestOf(''))
    assert.equal(repository.tagged.get('latest'), theirs)
  })
})
