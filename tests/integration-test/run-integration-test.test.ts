import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IntegrationTestRequest, runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { parseReference } from '../../src/model/reference.ts'
import { aLocalImage, amd64 } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { memoryEngine, type MemoryEngineOptions } from '../support/memory-engine.ts'

const platformImage = 'localhost/platform-image/image:owner'

describe('runIntegrationTest', () => {
  let context: string
  let request: IntegrationTestRequest
  const answering = (status: number) => () => Promise.resolve({ status, body: new Uint8Array() })
  const container = fakeContainer('http://127.0.0.1:1', ['Unhandled exception.', '   at Program.Main'])

  before(async () => {
    context = await mkdtemp(join(tmpdir(), 'run-integration-test-'))
    const dockerfile = {
      path: join(context, 'Dockerfile'),
      text: 'FROM a.io/sdk:10.0 AS build\nFROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY --from=build x y',
    }
    request = {
      image: platformImage,
      platform: amd64,
      dockerfile,
      context,
      baseImage: 'aspnet:10.0',
      mirrors: {},
      containerPort: 8080,
      request: { method: 'GET', path: '/', headers: {}, expectedStatus: 200, timeLimit: 0.2 },
      owner: 'owner',
    }
  })
  after(() => rm(context, { recursive: true }))

  function start(options: MemoryEngineOptions = {}) {
    const engine = memoryEngine({ container, ...options })
    engine.add(platformImage, aLocalImage())
    return { engine, log: capturedLog() }
  }

  it('builds the application on the platform image, asks it, and leaves nothing but the platform image', async () => {
    const { engine, log } = start()

    await runIntegrationTest(request, { engine, log, send: answering(200) })

    assert.match(log.lines[0] ?? '', /in place of mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/)
    assert.match(log.lines.at(-1) ?? '', /^GET \/ answered 200 after \d+\.\d s$/)
    assert.deepEqual(engine.names, [platformImage])
    assert.equal(engine.containers, 0)
  })

  it('shows what the application printed where it does not answer, and removes it', async () => {
    const { engine, log } = start()

    await assert.rejects(runIntegrationTest(request, { engine, log, send: answering(500) }), {
      name: 'TestFailedError',
    })

    assert.deepEqual(log.lines.slice(-2), ['    Unhandled exception.', '       at Program.Main'])
    assert.deepEqual(engine.names, [platformImage])
    assert.equal(engine.containers, 0)
  })

  const failures: readonly (readonly [what: string, options: MemoryEngineOptions, error: object])[] = [
    ['a step of the build fails', { failingStep: 'RUN dotnet publish' }, { name: 'BuildFailedError' }],
    ['the container cannot start', { container: undefined }, { message: 'The container could not be started.' }],
  ]
  for (const [what, options, error] of failures) {
    it(`leaves nothing where ${what}`, async () => {
      const { engine, log } = start(options)

      await assert.rejects(runIntegrationTest(request, { engine, log, send: answering(200) }), error)
      assert.deepEqual(engine.names, [platformImage])
      assert.equal(engine.containers, 0)
    })
  }

  it('takes other images of the application through their mirror', async () => {
    const { engine, log } = start()
    const text = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS unused\nFROM a.io/other:1'
    const dockerfile = { path: join(context, 'mirrored.Dockerfile'), text }
    engine.offer(parseReference('m.example/other:1'), aLocalImage())

    await runIntegrationTest(
      { ...request, dockerfile, mirrors: { 'a.io': 'm.example' } },
      { engine, log, send: answering(200) },
    )

    assert.equal(engine.containers, 0)
  })

  it('refuses an image to replace that the application does not name, before it builds', async () => {
    const { engine, log } = start()

    await assert.rejects(
      runIntegrationTest({ ...request, baseImage: 'runtime' }, { engine, log, send: answering(200) }),
      { name: 'InputError', input: 'testBaseImage' },
    )
    assert.deepEqual(log.lines, [])
  })

  it('cleans up where the job is cancelled while it waits', async () => {
    const { engine, log } = start()
    const cancelled = new AbortController()
    const send = () => {
      cancelled.abort(new Error('The job was cancelled.'))
      return answering(503)()
    }

    await assert.rejects(runIntegrationTest({ ...request, signal: cancelled.signal }, { engine, log, send }), {
      message: 'The job was cancelled.',
    })
    assert.deepEqual(engine.names, [platformImage])
    assert.equal(engine.containers, 0)
  })
})
