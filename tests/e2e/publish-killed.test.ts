import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Engine, startEngine } from '../../sandbox/engine.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { type BuildRecord, readOrigin, recordLabels } from '../../src/model/build-record.ts'
import { type Digest, parseDigest } from '../../src/model/digest.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { localName } from '../../src/ownership/local-name.ts'
import type { ReleaseLine } from '../../src/model/release-line.ts'
import type { Published } from '../../src/publish/finish-publish.ts'
import { publishImage } from '../../src/publish/publish-image.ts'
import { retagRelease } from '../../src/publish/retag-release.ts'
import { type EcrUnderTest, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { aReleaseLine, amd64, aspnet, labelsOf, aCheckRequest } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { writeImageArchive } from '../support/image-archive.ts'
import { memoryRegistry, type MemoryRegistry } from '../support/memory-registry.ts'
import { ensureBundles, runTaskBundle } from '../support/task-process.ts'

const floatingTags = ['10.0', 'latest', '10.0-noble-current']
const wishes = { extraTags: ['10.0'], tagAsLatest: true }
const hour = 60 * 60 * 1000
const contextHash = 'v1:sha256:same'

/** Who comes after the run that was killed, and when. */
const followers = [
  { who: 'the same run, repeated', run: 'project/1', isRepeated: true, after: 0 },
  { who: 'the next scheduled run', run: 'project/2', isRepeated: false, after: 4 * hour },
] as const
type Follower = Pick<(typeof followers)[number], 'run' | 'isRepeated'>
const firstAttempt = { run: 'project/1', isRepeated: false } as const

type Moment = 'before' | 'after'

/** Whether the last tag had moved, of `10.0`, `latest` and the bookmark: then only the run itself knows what it did not tell. */
function hadFinished(asked: readonly string[], moment: Moment): boolean {
  const done = moment === 'before' ? asked.slice(0, -1) : asked
  return done.filter((operation) => operation === 'PutImage').length === floatingTags.length
}

describe('a publish that is killed', () => {
  let ecr: EcrUnderTest
  let sandboxEngine: Engine
  let engine: DockerEngine
  let folder: string
  let registry: MemoryRegistry
  let images = 0

  before(async () => {
    ensureBundles()
    folder = await mkdtemp(join(tmpdir(), 'publish-killed-'))
    sandboxEngine = await startEngine(join(stateFolder, 'engine'))
    engine = dockerEngine({ environment: { DOCKER_HOST: sandboxEngine.host } })
    ecr = await startEcrUnderTest()
    registry = memoryRegistry()
  })
  after(async () => {
    await ecr.stop()
    await sandboxEngine.stop()
    await rm(folder, { recursive: true })
  })

  /** What BuildTest does: an image with its record, each with a content of its own. */
  async function build(record: BuildRecord, run: string): Promise<string> {
    images += 1
    const name = localName('image', newOwner(new Date()))
    const labels = recordLabels(record, { run, created: new Date() })
    const archive = join(folder, 'image.tar')
    await writeImageArchive(archive, { name, labels, content: `image ${String(images)}` })
    await engine.load(archive, name)
    return name
  }

  function check(releaseLine: ReleaseLine, who: { readonly run: string; readonly isRepeated: boolean }) {
    return checkPlatformImage(aCheckRequest({ releaseLine, ...who }), {
      registry,
      releases: ecr.open(releaseLine.repositoryName),
      movedAt: () => Promise.reject(new Error('The catalogue was asked.')),
      hashContext: () => Promise.resolve(contextHash),
      now: new Date(ecr.time),
    })
  }

  /** A line with a release that is stale now. */
  async function staleLine(): Promise<{ releaseLine: ReleaseLine; old: Digest }> {
    const filters = [{ filterType: 'WILDCARD' as const, filter: '10.0-noble-*.*' }]
    const repositoryName = await ecr.createRepository({
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    })
    const releaseLine = aReleaseLine({ repositoryName })
    const digest = registry.publish(aspnet, { 'linux/amd64': { ASPNET_VERSION: '10.0.13' } })
    const platformDigest = await registry.resolvePlatform(aspnet, digest, amd64)
    const labels = labelsOf(
      { releaseLine, base: { reference: aspnet, digest, platformDigest }, contextHash },
      'project/0',
    )
    const pushed = await ecr.push(repositoryName, '10.0-noble-1.0.0', { labels })
    for (const tag of floatingTags) await ecr.retag(repositoryName, { imageDigest: pushed.digest }, tag)
    registry.publish(aspnet, { 'linux/amd64': { ASPNET_VERSION: '10.0.14' } })
    return { releaseLine, old: parseDigest(pushed.digest) }
  }

  /** A stale line for which another run has pushed a release, and moved no tag. */
  async function interruptedLine(): Promise<{ releaseLine: ReleaseLine; old: Digest }> {
    const { releaseLine, old } = await staleLine()
    const { next, record } = await check(releaseLine, firstAttempt)
    assert.ok(next && record)
    const labels = recordLabels(record, { run: 'project/0', created: new Date(ecr.time) })
    await ecr.push(releaseLine.repositoryName, next.tag, { labels, layers: ['second'] })
    ecr.time += hour
    return { releaseLine, old }
  }

  /** The task's own process, as the agent starts it. */
  function publishInProcess(releaseLine: ReleaseLine, inputs: Record<string, string>, killedBy: AbortSignal) {
    const { accessKeyId, secretAccessKey } = ecr.ecr.credentials
    return runTaskBundle('PlatformImagePublish', {
      inputs: {
        ...inputs,
        regionName: ecr.ecr.region,
        ...releaseLine,
        extraTags: wishes.extraTags.join(),
        tagAsLatest: 'true',
        createRepository: 'true',
        versionTagsImmutable: 'true',
        scanOnPush: 'true',
      },
      environment: {
        DOCKER_HOST: sandboxEngine.host,
        AWS_ENDPOINT_URL_ECR: ecr.ecr.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      killedBy,
    })
  }

  /** A whole run of a pipeline: check, build, publish. Gives what it published. */
  async function runPipeline(releaseLine: ReleaseLine, follower: Follower): Promise<Published | undefined> {
    const { run } = follower
    const { next, record, verdict } = await check(releaseLine, follower)
    const [repository, log] = [ecr.open(releaseLine.repositoryName), capturedLog()]
    if (verdict.kind === 'retag') return retagRelease({ releaseLine, run, ...wishes }, { repository, log })
    if (next === undefined || record === undefined) return undefined
    const image = await build(record, run)
    const request = { ...wishes, releaseLine, image, version: next.version }
    const creation = { createRepository: true, versionTagsImmutable: true, scanOnPush: true, resourceTags: {} }
    try {
      return await publishImage({ ...request, ...creation }, { repository, store: engine, log, pause })
    } finally {
      await engine.remove(image)
    }
  }

  /** Runs the task; the nth request that it makes kills it, if there are as many. */
  async function killedAt(releaseLine: ReleaseLine, nth: number, moment: Moment, inputs: Record<string, string>) {
    const kill = new AbortController()
    const onStrike = () => {
      kill.abort()
    }
    const failure = moment === 'before' ? 'connection-reset' : 'answer-lost'
    const callOff = ecr.ecr.inject({ operation: '*', nth, failure, onStrike })
    ecr.asked()

    const process = await publishInProcess(releaseLine, inputs, kill.signal)

    callOff()
    return { process, asked: ecr.asked().slice(0, nth), wasKilled: kill.signal.aborted }
  }

  /** Publishes the next version of a line, in a process that is killed. */
  async function publishKilledAt(releaseLine: ReleaseLine, nth: number, moment: Moment) {
    const { next, record } = await check(releaseLine, firstAttempt)
    assert.ok(next && record)
    const image = await build(record, firstAttempt.run)
    try {
      return await killedAt(releaseLine, nth, moment, { action: 'release', image, versionTag: next.tag })
    } finally {
      await engine.remove(image)
    }
  }

  async function assertWhole({ repositoryName, ...line }: ReleaseLine, old: Digest): Promise<void> {
    const tags = await ecr.ecr.tags(repositoryName)
    const { '10.0-noble-1.0.0': first, '10.0-noble-1.1.0': second, ...floating } = Object.fromEntries(tags)
    assert.equal(first, old)
    assert.deepEqual(floating, Object.fromEntries(floatingTags.map((tag) => [tag, second])))
    const { labels } = await ecr.open(repositoryName).readConfig(parseDigest(second ?? ''))
    const origin = readOrigin({ labels }, { repositoryName, ...line })
    assert.deepEqual(origin?.replaces, { kind: 'release', tag: '10.0-noble-1.0.0', digest: old })
    assert.equal(origin.baseDigest, await registry.resolve(aspnet))
  }

  it('is made whole by whoever comes next, before and after every request', async function () {
    this.timeout(600_000)
    for (let nth = 1; ; nth += 1) {
      // What there is before a request is what there was after the one before it: in turns, both meet all of it.
      const { who, after, ...follower } = followers[nth % 2] ?? followers[0]
      for (const moment of ['before', 'after'] as const) {
        const { releaseLine, old } = await staleLine()
        const { process, asked, wasKilled } = await publishKilledAt(releaseLine, nth, moment)
        if (!wasKilled) {
          assert.equal(process.result, 'Succeeded', process.message)
          assert.ok(nth > 20, asked.join())
          await assertWhole(releaseLine, old)
          return
        }
        const where = `killed ${moment} ${String(nth)}. ${asked.at(-1) ?? ''}, then ${who}`
        assert.equal(process.exitCode, null, `${where}: ${process.stdout}`)
        ecr.time += after

        const published = await runPipeline(releaseLine, follower)

        await assertWhole(releaseLine, old).catch((cause: unknown) => {
          throw new Error(where, { cause })
        })
        assert.equal(published?.isNews ?? false, follower.isRepeated || !hadFinished(asked, moment), where)
      }
    }
  })

  it('is made whole also where the run that finishes its tags is killed', async function () {
    this.timeout(300_000)
    for (let nth = 1; ; nth += 1) {
      for (const moment of ['before', 'after'] as const) {
        const { releaseLine, old } = await interruptedLine()
        const { process, asked, wasKilled } = await killedAt(releaseLine, nth, moment, { action: 'retag' })
        if (!wasKilled) {
          assert.equal(process.result, 'Succeeded', process.message)
          assert.ok(nth > 8, asked.join())
          await assertWhole(releaseLine, old)
          return
        }
        const where = `killed ${moment} ${String(nth)}. ${asked.at(-1) ?? ''}`
        assert.equal(process.exitCode, null, `${where}: ${process.stdout}`)

        const published = await runPipeline(releaseLine, { run: 'project/2', isRepeated: false })

        await assertWhole(releaseLine, old).catch((cause: unknown) => {
          throw new Error(where, { cause })
        })
        assert.equal(published?.isNews ?? false, !hadFinished(asked, moment), where)
      }
    }
  })

  for (const [nth, moment] of [
    [1, 'before'],
    [2, 'before'],
    [2, 'after'],
  ] as const) {
    for (const { who, after, ...follower } of followers) {
      it(`is made whole by ${who} where the repository was about to be created (${String(nth)}, ${moment})`, async () => {
        registry.publish(aspnet, { 'linux/amd64': { ASPNET_VERSION: '10.0.14' } })
        const releaseLine = aReleaseLine({
          repositoryName: `e2e/first-${String(nth)}-${moment}-${follower.run.replace('/', '-')}`,
        })
        const { process, asked } = await publishKilledAt(releaseLine, nth, moment)
        assert.equal(process.exitCode, null)
        assert.equal(asked.at(-1), nth === 1 ? 'DescribeRepositories' : 'CreateRepository')
        ecr.time += after

        const published = await runPipeline(releaseLine, follower)

        const digest = published?.release.digest
        const tags = Object.fromEntries(await ecr.ecr.tags(releaseLine.repositoryName))
        assert.deepEqual(tags, Object.fromEntries(['10.0-noble-1.0.0', ...floatingTags].map((tag) => [tag, digest])))
        assert.equal(published?.isNews, true)
        assert.deepEqual(published.repository.tagSettings.exceptions, ['10.0-noble-1.*.*'])
      })
    }
  }
})
