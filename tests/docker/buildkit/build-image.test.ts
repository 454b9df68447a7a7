import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { BuildFailedError, type BuildProgress, type ImageBuild } from '../../../src/dockerfile-build/builder.ts'
import { dockerEngine } from '../../../src/docker/docker-engine.ts'
import { parsePlatform } from '../../../src/model/platform.ts'
import { type FakeAnswer, type FakeEngine, startFakeEngine } from '../../support/fake-engine.ts'
import { buildKitOn } from './buildkit-client.ts'
import { anImageDescription } from '../image-description.ts'
import { failedBuild } from './recorded-builds.ts'
import { rejects } from '../../support/problems.ts'

const imageId = { id: 'moby.image.id', aux: { ID: `sha256:${'a'.repeat(64)}` } }
const trace = (aux: string): unknown => ({ id: 'moby.buildkit.trace', aux })

describe('buildImage', () => {
  let context: string
  let engine: FakeEngine
  let told: BuildProgress[]
  beforeEach(async () => {
    context = await mkdtemp(join(tmpdir(), 'context-'))
    await writeFile(join(context, 'Dockerfile'), 'FROM a')
    told = []
  })
  afterEach(async () => {
    await engine.stop()
    await rm(context, { recursive: true })
  })

  async function build(
    answer: FakeAnswer,
    request: Partial<ImageBuild> = {},
    signal = new AbortController().signal,
  ): Promise<unknown> {
    const image = { body: anImageDescription({ Id: 'sha256:built' }) }
    engine = await startFakeEngine({ 'POST /build': answer, 'GET /images/localhost/a:1/json': image })
    return dockerEngine({ environment: { DOCKER_HOST: engine.host }, signal }).build({
      context,
      dockerfile: join(context, 'Dockerfile'),
      dockerfileText: 'FROM localhost/b',
      name: 'localhost/a:1',
      platform: parsePlatform('linux/arm64'),
      buildArguments: {},
      labels: {},
      onProgress: (progress) => told.push(progress),
      ...request,
    })
  }

  it('asks for a BuildKit build with all that was asked for', async () => {
    const image = await build(
      { lines: [imageId] },
      { target: 'final', buildArguments: { A: '1 & 2' }, labels: { line: 'ü' }, ignoreCache: true },
    )

    const query = engine.requests.find(({ path }) => path === '/build')?.query
    assert.ok(query)
    const { session, ...rest } = query
    assert.match(session ?? '', /^[0-9a-f-]{36}$/)
    assert.deepEqual(rest, {
      version: '2',
      remote: 'client-session',
      t: 'localhost/a:1',
      dockerfile: 'Dockerfile',
      platform: 'linux/arm64/v8',
      target: 'final',
      buildargs: '{"A":"1 & 2"}',
      labels: '{"line":"ü"}',
      nocache: 'true',
    })
    assert.equal((image as { id: string }).id, 'sha256:built')
    await engine.sessionsEnd()
  })

  it('names the step that failed and what it printed last', async () => {
    const failing = build({ lines: [...failedBuild.map(trace), { error: 'exit code: 3' }] })

    await assert.rejects(failing, (error: BuildFailedError) => {
      assert.ok(error instanceof BuildFailedError)
      assert.match(error.step, /^\[2\/2\] RUN printf/)
      assert.deepEqual(error.output, ['grün ##_vso[x]half'])
      return true
    })
    const [last] = told.slice(-1)
    assert.ok(last?.kind === 'output' && last.line === 'grün ##_vso[x]half')
    await engine.sessionsEnd()
  })

  it("hides the build's secrets in the engine's words", async () => {
    const failing = build({ lines: [{ error: 'no such thing: geheim-7' }] }, { secrets: { id: 'geheim-7' } })

    await rejects(failing, { message: `Cannot build ${join(context, 'Dockerfile')}: no such thing: ***.` })
  })

  it('shows what readers know in place of our names, also where a secret is a part of these', async () => {
    const name = 'localhost/platform-image/base:1'
    const hidden = { shownNames: { [name]: 'aspnet:10.0' }, secrets: { id: 'base' } }

    await rejects(build({ lines: [{ error: `no ${name}, but base` }] }, hidden), {
      message: `Cannot build ${join(context, 'Dockerfile')}: no aspnet:10.0, but ***.`,
    })
  })

  it("gives the engine's words where no step failed", async () => {
    const failing = build({ lines: [{ error: 'dockerfile parse error line 2: ##vso[x]' }] })

    await rejects(failing, {
      name: 'DockerfileRefusedError',
      path: join(context, 'Dockerfile'),
      words: 'dockerfile parse error line 2: ##_vso[x]',
      mayNeedNewerEngine: false,
      message: `Cannot build ${join(context, 'Dockerfile')}: dockerfile parse error line 2: ##_vso[x].`,
    })
  })

  it('says what to do where the engine does not know a flag', async () => {
    const failing = build({ lines: [{ error: 'dockerfile parse error line 2: Unknown flag: parents' }] })

    await rejects(failing, {
      mayNeedNewerEngine: true,
      message:
        /Dockerfile: dockerfile parse error line 2: Unknown flag: parents\. If .*# syntax=docker\/dockerfile:1, or/,
    })
  })

  it('does not take an answer for a build that ends without an image', async () => {
    await rejects(build({ lines: failedBuild.map(trace) }), {
      message: /^Cannot build localhost\/a:1: the engine went away before it ended\./,
    })
    await engine.sessionsEnd()
  })

  it('fails where the connection breaks in the middle', async () => {
    await rejects(build({ lines: failedBuild.map(trace), end: 'cut' }), {
      message: /^Cannot build localhost\/a:1: the engine went away before it ended\. See whether/,
    })
    await engine.sessionsEnd()
  })

  it('fails where the image is gone after the build', async () => {
    await rejects(build({ lines: [imageId] }, { name: 'localhost/gone:1' }), {
      name: 'EngineAnswerError',
      operation: 'inspect the image localhost/gone:1',
      reason: 'it is gone, though the engine has just stored it',
    })
  })

  it('leaves nothing open where the engine refuses', async () => {
    const failing = build({ status: 400, body: { message: 'invalid platform' } })

    await rejects(failing, { message: 'Cannot build localhost/a:1: invalid platform.' })
    await engine.sessionsEnd()
  })

  it('lets the engine fetch the context and the swapped Dockerfile', async () => {
    const fetched: Record<string, string>[] = []
    async function* fetch(): AsyncGenerator<string> {
      const buildKit = buildKitOn([...engine.sessions][0])
      for (const name of ['dockerfile', 'context']) {
        fetched.push((await buildKit.fetch({ 'dir-name': name })).content)
      }
      yield `${JSON.stringify(imageId)}\n`
    }

    await build({ body: Readable.from(fetch()) })

    assert.deepEqual(fetched, [{ Dockerfile: 'FROM localhost/b' }, { Dockerfile: 'FROM a' }])
    await engine.sessionsEnd()
  })

  it('names the file that it cannot send, whatever the engine makes of it', async () => {
    async function* fetch(): AsyncGenerator<string> {
      await rm(join(context, 'Dockerfile'))
      await buildKitOn([...engine.sessions][0]).fetch({ 'dir-name': 'context' })
      yield `${JSON.stringify({ error: 'failed to solve: rpc error' })}\n`
    }

    await rejects(build({ body: Readable.from(fetch()) }), {
      message: /^Cannot send .*Dockerfile to the engine: ENOENT/,
    })
    await engine.sessionsEnd()
  })

  it('tells which context it cannot read, and opens no connection for it', async () => {
    const missing = join(context, 'missing')

    await rejects(build({}, { context: missing }), {
      message: new RegExp(`^Cannot read the build context ${missing}`),
    })
    assert.equal(engine.sessions.size, 0)
  })

  it("stops when it is aborted, with the abort's reason", async () => {
    const stop = new AbortController()
    const building = build(
      { lines: failedBuild.map(trace), end: 'open' },
      {
        onProgress: () => {
          stop.abort(new Error('cancelled'))
        },
      },
      stop.signal,
    )

    await assert.rejects(building, new Error('cancelled'))
    await engine.sessionsEnd()
  })

  it('does not even begin when it was aborted before', async () => {
    await assert.rejects(build({}, {}, AbortSignal.abort(new Error('cancelled'))), new Error('cancelled'))

    assert.deepEqual(engine.requests, [])
  })
})
