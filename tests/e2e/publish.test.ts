import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Fault } from '../../sandbox/ecr/faults.ts'
import { type Engine, startEngine } from '../../sandbox/engine.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import type { Digest } from '../../src/model/digest.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { localName } from '../../src/ownership/local-name.ts'
import { parseReference } from '../../src/model/reference.ts'
import type { ReleaseLine } from '../../src/model/release-line.ts'
import { publishImage, type PublishRequest } from '../../src/publish/publish-image.ts'
import { type EcrUnderTest, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { aReleaseLine, labelsOf, aPublishRequest } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { docker, removeImagesOf } from '../support/docker-cli.ts'
import { writeImageArchive } from '../support/image-archive.ts'
import { ensureBundles, runPostJobBundle, runTaskBundle, type TaskSetting } from '../support/task-process.ts'
import { rejects } from '../support/problems.ts'

const run = promisify(execFile)
const contextHash = 'v1:sha256:same'
const expired = 'Your authorization token has expired. Reauthenticate and try again.'

describe('a publish by a real engine', () => {
  let ecr: EcrUnderTest
  let sandboxEngine: Engine
  let engine: DockerEngine
  let folder: string
  const loaded: string[] = []

  before(async () => {
    ensureBundles()
    folder = await mkdtemp(join(tmpdir(), 'publish-'))
    sandboxEngine = await startEngine(join(stateFolder, 'engine'))
    engine = dockerEngine({ environment: { DOCKER_HOST: sandboxEngine.host } })
    ecr = await startEcrUnderTest()
  })
  afterEach(async () => {
    assert.deepEqual(await localTags(), [], 'names of the push are left in the engine')
    for (const name of loaded.splice(0)) await engine.remove(name)
    // An engine that pushes two images under one name at once remembers the digest of the one that lost the name.
    await removeImagesOf(ecr.ecr.host, sandboxEngine.host)
  })
  after(async () => {
    await ecr.stop()
    await sandboxEngine.stop()
    await rm(folder, { recursive: true })
  })

  /** Tags of the local ECR that the engine knows. */
  async function localTags(): Promise<string[]> {
    const filter = `--filter=reference=${ecr.ecr.host}/*/*`
    const names = await docker(sandboxEngine.host, 'images', '--format={{.Repository}}:{{.Tag}}', filter)
    return names.split('\n').filter((name) => name !== '' && !name.endsWith(':<none>'))
  }

  /** An archive of an image as BuildTest writes it, with a layer of this many bytes. */
  async function anArchive(releaseLine: ReleaseLine, runId = 'project/1', { bytes = 1000, hash = contextHash } = {}) {
    const name = localName('image', newOwner(new Date()))
    const file = join(folder, `${randomBytes(4).toString('hex')}.tar`)
    await writeImageArchive(file, {
      name,
      labels: labelsOf({ releaseLine, contextHash: hash }, runId),
      content: randomBytes(bytes),
    })
    return { name, file }
  }

  async function anImage(...given: Parameters<typeof anArchive>): Promise<string> {
    const { name, file } = await anArchive(...given)
    loaded.push(name)
    await engine.load(file, name)
    return name
  }

  async function protectedLine(): Promise<ReleaseLine> {
    const filters = [{ filterType: 'WILDCARD' as const, filter: '10.0-noble-*.*' }]
    const repositoryName = await ecr.createRepository({
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    })
    return aReleaseLine({ repositoryName })
  }

  function publish(
    releaseLine: ReleaseLine,
    image: string,
    overrides: Partial<PublishRequest> = {},
    log = capturedLog(),
  ) {
    const request = aPublishRequest({ releaseLine, image, ...overrides })
    // What passes here does so at once.
    const shorter = (milliseconds: number) => pause(milliseconds / 20)
    const ports = { repository: ecr.open(releaseLine.repositoryName), store: engine, log, pause: shorter }
    return publishImage(request, ports)
  }

  const setting = (inputs: Record<string, string>, environment: Record<string, string> = {}): TaskSetting => ({
    inputs: {
      action: 'release',
      regionName: ecr.ecr.region,
      tagAsLatest: 'true',
      createRepository: 'true',
      versionTagsImmutable: 'true',
      scanOnPush: 'true',
      ...inputs,
    },
    environment: {
      DOCKER_HOST: sandboxEngine.host,
      AWS_ENDPOINT_URL_ECR: ecr.ecr.endpoint,
      AWS_ACCESS_KEY_ID: ecr.ecr.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ecr.ecr.credentials.secretAccessKey,
      ...environment,
    },
  })

  /** What `skopeo` of Debian reads. */
  async function inspectBySkopeo(
    { repositoryName }: ReleaseLine,
    tag: string,
  ): Promise<{ Digest: string; Labels: object }> {
    const [, token = ''] = (await ecr.authorization()).split(' ')
    const credentials = Buffer.from(token, 'base64').toString()
    const image = `docker://${ecr.ecr.host}/${repositoryName}:${tag}`
    const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', '--creds', credentials, image])
    return JSON.parse(stdout) as { Digest: string; Labels: object }
  }

  it('can be read back by skopeo and by the docker client', async () => {
    const releaseLine = aReleaseLine({ repositoryName: 'e2e/read-back' })
    const { release, size } = await publish(releaseLine, await anImage(releaseLine, 'project/1', { bytes: 5000 }))

    for (const tag of ['10.0-noble-1.0.0', '10.0', 'latest', '10.0-noble-current']) {
      const { Digest, Labels } = await inspectBySkopeo(releaseLine, tag)
      assert.equal(Digest, release.digest, tag)
      assert.deepEqual(Labels, labelsOf({ releaseLine, contextHash }, 'project/1'))
    }
    assert.ok(size > 5000 && size < 20_000, String(size))
    const reference = `${ecr.ecr.host}/${releaseLine.repositoryName}@${release.digest}`
    const configuration = join(folder, 'docker')
    await mkdir(configuration)
    const [, auth] = (await ecr.authorization()).split(' ')
    await writeFile(join(configuration, 'config.json'), JSON.stringify({ auths: { [ecr.ecr.host]: { auth } } }))
    const pulled = await docker(sandboxEngine.host, '--config', configuration, 'pull', '--quiet', reference)
    await docker(sandboxEngine.host, 'rmi', reference)
    assert.equal(pulled.trim(), reference)
  })

  describe('from an archive on another agent', () => {
    it('loads the image, publishes it, and removes it when the job ends', async () => {
      const releaseLine = await protectedLine()
      const { name, file } = await anArchive(releaseLine)
      const inputs = { ...releaseLine, image: name, imageArchive: file, versionTag: '10.0-noble-1.0.0' }

      const published = await runTaskBundle('PlatformImagePublish', setting(inputs))

      assert.equal(published.result, 'Succeeded', published.message)
      assert.notEqual(await engine.inspect(name), undefined)
      assert.deepEqual(published.left, {
        loadedImages: name,
        pushedName: `${ecr.ecr.host}/${releaseLine.repositoryName}:10.0-noble-1.0.0`,
      })
      await runPostJobBundle('PlatformImagePublish', published.left, { DOCKER_HOST: sandboxEngine.host })
      assert.equal(await engine.inspect(name), undefined)
    })

    it('removes, when the job ends, all that the archive brought', async () => {
      const releaseLine = await protectedLine()
      const names = [await anImage(releaseLine), await anImage(releaseLine)]

      await runPostJobBundle(
        'PlatformImagePublish',
        { loadedImages: names.join(' ') },
        { DOCKER_HOST: sandboxEngine.host },
      )

      for (const name of names) assert.equal(await engine.inspect(name), undefined)
    })

    it('leaves an image alone that was in the engine before', async () => {
      const releaseLine = await protectedLine()
      const image = await anImage(releaseLine)
      const inputs = { ...releaseLine, image, imageArchive: '/absent.tar', versionTag: '10.0-noble-1.0.0' }

      const { result, message, left } = await runTaskBundle('PlatformImagePublish', setting(inputs))

      assert.equal(result, 'Succeeded', message)
      await runPostJobBundle('PlatformImagePublish', left, { DOCKER_HOST: sandboxEngine.host })
      assert.notEqual(await engine.inspect(image), undefined)
    })

    it('takes away, when the job ends, the name of a push that was killed', async () => {
      const releaseLine = await protectedLine()
      const image = await anImage(releaseLine)
      const kill = new AbortController()
      const onStrike = () => {
        kill.abort()
      }
      ecr.ecr.inject({ operation: 'PUT /v2/*/manifests/*', failure: 'connection-reset', onStrike })

      const killed = await runTaskBundle('PlatformImagePublish', {
        ...setting({ ...releaseLine, image, versionTag: '10.0-noble-1.0.0' }),
        killedBy: kill.signal,
      })

      assert.equal(killed.exitCode, null)
      assert.equal((await localTags()).length, 1)
      await runPostJobBundle('PlatformImagePublish', killed.left, { DOCKER_HOST: sandboxEngine.host })
      assert.deepEqual(await localTags(), [])
    })

    it('does nothing when the job ends of a step that was skipped', async () => {
      const run = await runPostJobBundle('PlatformImagePublish', {}, { DOCKER_HOST: 'unix:///nowhere.sock' })

      assert.equal(run.exitCode, 0)
      assert.deepEqual(
        run.commands.filter(({ name }) => name !== 'task.debug'),
        [],
      )
    })
  })

  describe('that many do at once', () => {
    for (const publishers of [2, 8]) {
      it(`gives ${String(publishers)} publishers of the same content one version`, async () => {
        const releaseLine = await protectedLine()
        const runs = Array.from({ length: publishers }, (_, index) => `project/${String(index)}`)
        const images = []
        for (const runId of runs) images.push(await anImage(releaseLine, runId))

        const all = await Promise.all(images.map((image) => publish(releaseLine, image)))

        const tags = await ecr.ecr.tags(releaseLine.repositoryName)
        assert.deepEqual([...tags.keys()].sort(), ['10.0', '10.0-noble-1.0.0', '10.0-noble-current', 'latest'])
        const digests = new Set<Digest | string>([...tags.values(), ...all.map(({ release }) => release.digest)])
        assert.equal(digests.size, 1)
        assert.equal((await inspectBySkopeo(releaseLine, 'latest')).Digest, [...digests][0])
      })
    }
  })

  describe('that goes wrong on the way', () => {
    const answers = (operation: string, error: string, status: number, message?: string): Fault => ({
      operation,
      failure: { error, status, ...(message !== undefined && { message }) },
    })

    const mended: readonly (readonly [what: string, fault: Fault, told: RegExp])[] = [
      [
        'its token expires',
        answers('POST /v2/*', 'DENIED', 403, expired),
        /the token; the push goes on with a new one/,
      ],
      [
        'the registry no longer knows its token',
        answers('PUT /v2/*/manifests/*', 'UNAUTHORIZED', 401),
        /the token; the push goes on with a new one/,
      ],
      [
        'the registry stumbles once',
        answers('PUT /v2/*/manifests/*', 'UNKNOWN', 503),
        /Trying again: .*503 Service Unavailable/,
      ],
      [
        'the answer to the manifest is lost',
        { operation: 'PUT /v2/*/manifests/*', failure: 'answer-lost' },
        /Pushed \S+:10\.0-noble-1\.0\.0|was published by this run already/,
      ],
    ]
    for (const [what, fault, told] of mended) {
      it(`publishes all the same where ${what}`, async () => {
        const [releaseLine, log] = [await protectedLine(), capturedLog()]
        const image = await anImage(releaseLine)
        let strikes = 0
        ecr.ecr.inject({ ...fault, onStrike: () => (strikes += 1) })

        const { release, isNews } = await publish(releaseLine, image, {}, log)

        const tags = await ecr.ecr.tags(releaseLine.repositoryName)
        assert.deepEqual(new Set(tags.keys()), new Set(['10.0-noble-1.0.0', '10.0', 'latest', '10.0-noble-current']))
        assert.deepEqual(new Set(tags.values()), new Set([release.digest]))
        assert.deepEqual([strikes, isNews], [1, true])
        assert.match(log.lines.join('\n'), told)
      })
    }

    it('sends a layer again whose connection was cut in the middle', async () => {
      const releaseLine = await protectedLine()
      const image = await anImage(releaseLine, 'project/1', { bytes: 3_000_000 })
      ecr.ecr.inject({ operation: 'PATCH /v2/*', failure: { cutAfter: 1_000_000 } })

      const { release } = await publish(releaseLine, image)

      assert.equal((await inspectBySkopeo(releaseLine, 'latest')).Digest, release.digest)
    })

    const noPolicy = 'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:InitiateLayerUpload'
    const fatal: readonly (readonly [what: string, faults: readonly Fault[], message: RegExp])[] = [
      [
        'the role may not push',
        [1, 2].map(() => answers('POST /v2/*', 'DENIED', 403, noPolicy)),
        /^Cannot push .*not authorized to perform: ecr:InitiateLayerUpload\. A push needs .*No tag was set or moved\.$/,
      ],
      [
        'the registry has a fault of its own',
        [1, 2, 3, 4, 5, 6].map(() => answers('PUT /v2/*/manifests/*', 'UNKNOWN', 500, 'internal error')),
        /^Cannot push .*500 Internal Server Error\. ECR has a fault of its own: run again later\. No tag was set or moved\.$/,
      ],
    ]
    for (const [what, faults, message] of fatal) {
      it(`says what happened, that nothing changed, and what to do where ${what}`, async () => {
        const releaseLine = await protectedLine()
        const image = await anImage(releaseLine)
        for (const fault of faults) ecr.ecr.inject(fault)

        await rejects(publish(releaseLine, image), { message })
        assert.deepEqual(await ecr.ecr.tags(releaseLine.repositoryName), new Map())
      })
    }

    it('says that the registry is not reached', async () => {
      const releaseLine = await protectedLine()
      const name = await anImage(releaseLine)

      const pushing = engine.push({
        name,
        target: parseReference('localhost:1/platform/aspnet:1.0.0'),
        credentials: { username: 'AWS', password: 'token' },
        onProgress: () => undefined,
      })

      await rejects(pushing, { name: 'PushRefusedError', refusal: 'unreachable' })
    })
  })

  it('shows its secrets nowhere, and leaves them in no file', async () => {
    const releaseLine = await protectedLine()
    const [home, temporary] = [join(folder, 'home'), join(folder, 'temporary')]
    for (const each of [home, temporary]) await mkdir(each)
    const inputs = { ...releaseLine, image: await anImage(releaseLine), versionTag: '10.0-noble-1.0.0' }
    const environment = { HOME: home, AGENT_TEMPDIRECTORY: temporary, SYSTEM_DEBUG: 'True' }
    ecr.ecr.inject(answersExpired())

    const published = await runTaskBundle('PlatformImagePublish', setting(inputs, environment))

    assert.equal(published.result, 'Succeeded', published.message)
    assert.ok(published.secrets.length >= 4, 'both tokens and their passwords are masked')
    const kept = await textsBelow(home, temporary)
    for (const secret of [...published.secrets, ecr.ecr.credentials.secretAccessKey]) {
      assert.ok(!published.shown.includes(secret), 'a secret is in the log')
      assert.ok(!kept.some((text) => text.includes(secret)), 'a secret is in a file')
    }
    assert.ok(
      kept.some((text) => text.includes('FROM ')),
      'the summary is there',
    )
  })

  function answersExpired(): Fault {
    return { operation: 'POST /v2/*', failure: { error: 'DENIED', status: 403, message: expired } }
  }

  async function textsBelow(...folders: readonly string[]): Promise<string[]> {
    const files = await Promise.all(
      folders.map(async (each) =>
        (await readdir(each, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      ),
    )
    return Promise.all(files.flat().map((file) => readFile(file, 'utf8')))
  }
})
