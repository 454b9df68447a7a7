import assert from 'node:assert/strict'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import { memoryRepository } from '../support/memory-repository.ts'
import { repositoryContract } from '../support/repository-contract.ts'
import { type EcrUnderTest, startEcrUnderTest } from './ecr-under-test.ts'

describe('ecrRepository', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  describe('as any repository', () => {
    repositoryContract(() =>
      Promise.resolve({
        repository: ecr.open('platform/aspnet'),
        push: async (tag, environment) => parseDigest((await ecr.push('platform/aspnet', tag, { environment })).digest),
        stop: () => Promise.resolve(),
      }),
    )
  })

  describe('what a check asks for', () => {
    function records(count: number) {
      return Array.from({ length: count }, (_, index) => ({
        digest: digestOf(`image ${String(index)}`),
        tags: [`10.0-noble-0.0.${String(index)}`],
        pushedAt: new Date(ecr.time),
      }))
    }

    it('is three requests for a fresh release among up to a thousand images', async () => {
      const name = await ecr.createRepository()
      ecr.ecr.seed(name, records(999))
      const { digest } = await ecr.push(name, '10.0-noble-1.0.0', { labels: { line: 'noble' } })
      const repository = ecr.open(name)
      ecr.asked()

      const listing = await repository.list()
      const { labels } = await repository.readConfig(parseDigest(digest))

      assert.equal(listing?.tags.size, 1000)
      assert.equal(labels.line, 'noble')
      assert.deepEqual(
        ecr.asked().filter((operation) => !operation.startsWith('GET /layers/')),
        ['DescribeImages', 'BatchGetImage', 'GetDownloadUrlForLayer'],
      )
    })

    it('is ten listing requests among ten thousand images', async () => {
      const name = await ecr.createRepository()
      ecr.ecr.seed(name, records(10_000))
      ecr.asked()

      const listing = await ecr.open(name, { signal: new AbortController().signal }).list()

      assert.equal(listing?.tags.size, 10_000)
      assert.equal(listing.pushedAt.size, 10_000)
      assert.deepEqual(ecr.asked(), Array<string>(10).fill('DescribeImages'))
    })
  })
})

describe('memoryRepository', () => {
  repositoryContract(() => {
    const repository = memoryRepository({ exists: false })
    return Promise.resolve({
      repository,
      push: (tag, environment) => Promise.resolve(repository.push(tag, { environment })),
      stop: () => Promise.resolve(),
    })
  })
})
