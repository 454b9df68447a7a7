import assert from 'node:assert/strict'
import type { Version } from '../../src/model/release-line.ts'
import { finishPublish } from '../../src/publish/finish-publish.ts'
import { aReleaseLine } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRepository, memoryUri } from '../support/memory-repository.ts'
import { rejects } from '../support/problems.ts'

const details = { uri: memoryUri, tagSettings: { tags: 'movable', exceptions: [] } } as const

function start() {
  const repository = memoryRepository()
  const digest = repository.push('10.0-noble-1.0.0', { environment: { V: '1' } })
  const toMove = {
    releaseLine: aReleaseLine(),
    floating: ['latest'],
    release: { version: '1.0.0' as Version, tag: '10.0-noble-1.0.0', digest },
    tags: new Map(repository.tagged),
    foreignLatest: 'take',
  } as const
  return { repository, digest, toMove, log: capturedLog() }
}

describe('finishPublish', () => {
  it('moves the tags and says what is there', async () => {
    const { repository, toMove, log } = start()

    const finished = await finishPublish(toMove, details, { repository, log })

    assert.deepEqual(finished, {
      repository: details,
      release: toMove.release,
      moves: [
        { tag: 'latest', outcome: 'moved' },
        { tag: '10.0-noble-current', outcome: 'moved' },
      ],
      createdAt: new Date('2026-11-23T12:00:00Z'),
      size: 1000,
    })
  })

  it('asks for nothing behind the bookmark but the line', async () => {
    const { repository, toMove, log } = start()
    const asked: string[] = []
    const watched = Object.fromEntries(
      Object.entries(repository).map(([name, value]) => [
        name,
        typeof value === 'function'
          ? (...given: unknown[]) => {
              asked.push(name)
              return (value as (...given: unknown[]) => unknown)(...given)
            }
          : value,
      ]),
    ) as unknown as typeof repository

    await finishPublish(toMove, details, { repository: watched, log })

    assert.deepEqual(asked, ['describeImage', 'pointTag', 'pointTag', 'tags'])
  })

  it('says what stands where the image cannot be described', async () => {
    const { repository, toMove, log } = start()
    const why = new Error('ECR does not answer.')
    const describeImage = () => Promise.reject(why)

    await rejects(finishPublish(toMove, details, { repository: { ...repository, describeImage }, log }), {
      name: 'PublishError',
      fault: { what: 'unfinished', progress: { tag: '10.0-noble-1.0.0', moves: [] }, why },
      cause: why,
      message: /with no floating tag on it; run again to finish the rest\.$/,
    })
    assert.deepEqual([...repository.tagged.keys()], ['10.0-noble-1.0.0'])
  })

  it('says which tags went on to a higher release', async () => {
    const { repository, toMove, log } = start()
    repository.push('10.0-noble-1.1.0', { environment: { V: '2' } })

    const { release, moves } = await finishPublish(toMove, details, { repository, log })

    assert.equal(release, toMove.release)
    assert.deepEqual(new Set(moves.map(({ outcome }) => outcome)), new Set(['passed-on']))
  })

  it('reports a version that another publisher has overwritten', async () => {
    const { repository, digest, toMove, log } = start()
    const theirs = repository.push('10.0-noble-1.0.0', { environment: { V: 'theirs' } })

    await rejects(finishPublish(toMove, details, { repository, log }), {
      message: `Pushed 10.0-noble-1.0.0 as ${digest}, but another publisher has put ${theirs} under it. The floating tags are on ${theirs} now. Make version tags immutable, and run the pipeline again.`,
    })
  })
})
