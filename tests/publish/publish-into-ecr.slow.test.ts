import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { ImageTagMutability } from '@aws-sdk/client-ecr'
import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import type { Digest } from '../../src/model/digest.ts'
import { parseReleaseLine, type ReleaseLine, type Version, versionOf } from '../../src/model/release-line.ts'
import { publishImage, type PublishRequest } from '../../src/publish/publish-image.ts'
import { type EcrUnderTest, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { amd64, aPolicy, aspnet, labelsOf, aPublishRequest, aPurpose } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryRegistry } from '../support/memory-registry.ts'
import { registryStore } from '../support/registry-store.ts'
import { rejects, told } from '../support/problems.ts'

type Record = Parameters<typeof labelsOf>[0]

const contextHash = 'v1:sha256:same'

describe('publishImage into Amazon ECR', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  async function aLineUnder(mode: ImageTagMutability, filters: readonly string[] = [], tagPrefix = '10.0-noble') {
    const repositoryName = await ecr.createRepository({
      imageTagMutability: mode,
      ...(filters.length > 0 && {
        imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
      }),
    })
    return parseReleaseLine(repositoryName, tagPrefix)
  }

  /** A run of a pipeline that has built an image of this record. */
  async function publish(
    releaseLine: ReleaseLine,
    run: string,
    record: Record = {},
    wishes: Partial<PublishRequest> = {},
  ) {
    const log = capturedLog()
    const request = aPublishRequest({ releaseLine, ...wishes })
    const store = registryStore(labelsOf({ releaseLine, contextHash, ...record }, run))
    const published = await publishImage(request, {
      repository: ecr.open(releaseLine.repositoryName),
      store,
      log,
      pause,
    })
    return { published, log }
  }

  const tagsOf = async ({ repositoryName }: ReleaseLine) => Object.fromEntries(await ecr.ecr.tags(repositoryName))
  const versionsOf = async (releaseLine: ReleaseLine) =>
    Object.keys(await tagsOf(releaseLine))
      .filter((tag) => versionOf(releaseLine, tag) !== undefined)
      .sort()

  for (const [mode, filters] of [
    ['MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*']],
    ['IMMUTABLE_WITH_EXCLUSION', ['10.0', 'latest', '*-current']],
  ] as const) {
    describe(`whose versions are immutable by ${mode}`, () => {
      for (const publishers of [2, 3, 5, 8]) {
        const runs = Array.from({ length: publishers }, (_, index) => `project/${String(index)}`)

        it(`gives ${String(publishers)} publishers of the same content one version, and one of them tells`, async () => {
          const releaseLine = await aLineUnder(mode, filters)

          const all = await Promise.all(runs.map((run) => publish(releaseLine, run)))

          const digest = (await tagsOf(releaseLine))['10.0-noble-1.0.0']
          assert.deepEqual(await tagsOf(releaseLine), {
            '10.0-noble-1.0.0': digest,
            '10.0': digest,
            latest: digest,
            '10.0-noble-current': digest,
          })
          assert.deepEqual(new Set(all.map(({ published }) => published.release.digest)), new Set([digest]))
          assert.equal(all.filter(({ published }) => published.isNews).length, 1)
        })

        it(`lets one of ${String(publishers)} publishers of different contents win, and tells the others`, async () => {
          const releaseLine = await aLineUnder(mode, filters)

          const all = await Promise.allSettled(
            runs.map((run) => publish(releaseLine, run, { contextHash: `v1:sha256:${run}` })),
          )

          const won = all.filter((each) => each.status === 'fulfilled')
          assert.equal(won.length, 1)
          assert.deepEqual(await versionsOf(releaseLine), ['10.0-noble-1.0.0'])
          const digest: Digest | undefined = won[0]?.value.published.release.digest
          assert.deepEqual(new Set(Object.values(await tagsOf(releaseLine))), new Set([digest]))
          for (const each of all) {
            if (each.status === 'fulfilled') continue
            assert.match(told(each.reason), /the check saw none, but the newest release is now 10\.0-noble-1\.0\.0@/)
          }
        })
      }
    })
  }

  it('leaves versions that can be overwritten with all tags on one image, whoever wins', async () => {
    const releaseLine = await aLineUnder('MUTABLE')
    const runs = Array.from({ length: 6 }, (_, index) => `project/${String(index)}`)

    const all = await Promise.allSettled(
      runs.map((run) => publish(releaseLine, run, { contextHash: `v1:sha256:${run}` })),
    )

    const tags = await tagsOf(releaseLine)
    assert.deepEqual(Object.keys(tags).sort(), ['10.0', '10.0-noble-1.0.0', '10.0-noble-current', 'latest'])
    assert.equal(new Set(Object.values(tags)).size, 1)
    for (const each of all) {
      if (each.status === 'rejected') assert.match(told(each.reason), /is now 10\.0-noble|another publisher/)
    }
  })

  it('lets no image on an older base climb over a newer release that came while it waited', async () => {
    const releaseLine = await aLineUnder('MUTABLE_WITH_EXCLUSION', ['10.0-noble-*.*'])
    const { published: first } = await publish(releaseLine, 'project/1')
    const replaced = first.release.digest
    const replaces = { kind: 'release', tag: '10.0-noble-1.0.0', digest: replaced } as const
    const waiting = { replaces, contextHash: 'v1:sha256:older' }
    const { published: newer } = await publish(releaseLine, 'project/3', { replaces }, { version: '1.1.0' as Version })

    await rejects(publish(releaseLine, 'project/2', waiting, { version: '1.1.0' as Version }), {
      message: new RegExp(
        `the check saw 10\\.0-noble-1\\.0\\.0@${replaced}, but the newest release is now 10\\.0-noble-1\\.1\\.0@${newer.release.digest}\\. Nothing was pushed`,
      ),
    })
    assert.equal((await tagsOf(releaseLine)).latest, newer.release.digest)
    assert.deepEqual(await versionsOf(releaseLine), ['10.0-noble-1.0.0', '10.0-noble-1.1.0'])
  })

  describe('that is IMMUTABLE as a whole', () => {
    it('publishes a first and a second release, tells what cannot move, and is checked quietly after that', async () => {
      const releaseLine = await aLineUnder('IMMUTABLE')
      const wishes = { extraTags: [], tagAsLatest: false }
      const registry = memoryRegistry()
      const digest = registry.publish(aspnet, { 'linux/amd64': {} })
      const base = { reference: aspnet, digest, platformDigest: await registry.resolvePlatform(aspnet, digest, amd64) }

      const first = await publish(releaseLine, 'project/1', {}, wishes)
      const replaces = { kind: 'release', tag: '10.0-noble-1.0.0', digest: first.published.release.digest } as const
      const second = await publish(
        releaseLine,
        'project/2',
        { replaces, base },
        { ...wishes, version: '1.1.0' as Version },
      )

      for (const { log, published } of [first, second]) {
        assert.deepEqual(log.warnings, [
          '10.0-noble-current cannot move, so an interrupted publish of this release line will go unseen. To free it, set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the filter "10.0-noble-current".',
        ])
        assert.equal(published.isNews, true)
      }
      assert.deepEqual(Object.keys(await tagsOf(releaseLine)).sort(), ['10.0-noble-1.0.0', '10.0-noble-1.1.0'])
      ecr.time += 24 * 60 * 60 * 1000
      const { verdict } = await checkPlatformImage(
        {
          releaseLine,
          purpose: aPurpose(),
          base: aspnet,
          standsOnBase: true,
          platform: amd64,
          forced: false,
          policy: aPolicy({ whenTagsBehind: 'repair' }),
          bump: 'minor',
          buildArguments: {},
          mirrors: {},
          run: 'project/3',
          isRepeated: false,
        },
        {
          registry,
          releases: ecr.open(releaseLine.repositoryName),
          movedAt: () => Promise.reject(new Error('The catalogue was asked.')),
          hashContext: () => Promise.resolve(contextHash),
          now: new Date(ecr.time),
        },
      )
      assert.deepEqual(verdict, { kind: 'up-to-date', rule: 'index-digest' })
    })

    it('reports the floating tags of a second release after all others, with the filters that would free them', async () => {
      const releaseLine = await aLineUnder('IMMUTABLE')
      const { published } = await publish(releaseLine, 'project/1')
      const replaces = { kind: 'release', tag: '10.0-noble-1.0.0', digest: published.release.digest } as const

      const again = publish(
        releaseLine,
        'project/2',
        { replaces },
        { version: '1.1.0' as Version, extraTags: ['10.0', 'new'] },
      )

      await rejects(again, {
        message:
          /^10\.0-noble-1\.1\.0 is published, but the repository's settings do not let 10\.0, latest move\. To free 10\.0, latest, 10\.0-noble-current, .* filters "10\.0", "latest", "10\.0-noble-current"; .* stays published, with new on it/,
      })
      const tags = await tagsOf(releaseLine)
      assert.equal(tags.new, tags['10.0-noble-1.1.0'])
      assert.equal(tags.latest, published.release.digest)
    })
  })

  it("publishes two lines that freeze each other's bookmark, and tells each", async () => {
    const one = await aLineUnder('MUTABLE_WITH_EXCLUSION', ['8.0-*.*', '*-8.1-*', '8.0-current'], '8.0')
    const other = parseReleaseLine(one.repositoryName, '8.0-8.1-x')
    const wishes = { extraTags: [], tagAsLatest: false }

    const all = [await publish(one, 'project/1', {}, wishes), await publish(other, 'project/2', {}, wishes)]

    assert.deepEqual(Object.keys(await tagsOf(one)).sort(), ['8.0-1.0.0', '8.0-8.1-x-1.0.0'])
    assert.deepEqual(
      all.map(({ log }) => log.warnings.map((warning) => warning.replace(/ cannot move.* To free it,/, ':'))),
      [
        ['8.0-current: narrow its immutable filter "8.0-current".'],
        ['8.0-8.1-x-current: narrow its immutable filter "8.0-*.*".'],
      ],
    )
  })

  it('takes latest from another line with a warning that names both', async () => {
    const one = await aLineUnder('MUTABLE')
    const other = parseReleaseLine(one.repositoryName, '8.0-noble')
    await publish(other, 'project/1')

    const { log } = await publish(one, 'project/2')

    assert.match(
      log.warnings.join('\n'),
      /^latest left 8\.0-noble-1\.0\.0 for 10\.0-noble-1\.0\.0: two release lines of the repository move it\./,
    )
  })
})
