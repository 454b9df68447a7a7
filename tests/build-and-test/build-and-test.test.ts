import assert from 'node:assert/strict'
import {
  buildAndTest,
  type BuildAndTestRequest,
  type PlannedTest,
  type Report,
  type TestApplication,
} from '../../src/build-and-test/build-and-test.ts'
import type { ImagePull } from '../../src/build-image/engine.ts'
import type { ImageBuild } from '../../src/dockerfile-build/builder.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import type { Send } from '../../src/integration-test/ask-repeatedly.ts'
import type { ContainerRun } from '../../src/integration-test/engine.ts'
import type { TestMode } from '../../src/integration-test/test-mode.ts'
import { type BuildPlan, recordLabels } from '../../src/model/build-record.ts'
import { withDigest } from '../../src/model/reference.ts'
import { StepError } from '../../src/model/step-error.ts'
import { aBuildContext, aDockerfile, aLocalImage, amd64, aRecord, aReleaseLine, aspnet } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { memoryEngine, type MemoryEngineOptions } from '../support/memory-engine.ts'
import { memoryRegistry } from '../support/memory-registry.ts'
import { rejects, told } from '../support/problems.ts'

const image = 'localhost/platform-image/image:owner'
const application = 'localhost/platform-image/test:owner'
const provenance = { run: 'project/1', created: new Date('2026-11-23T12:00:00Z') }
const byRequest: TestMode = {
  kind: 'request',
  port: 8080,
  environment: {},
  timeLimit: 0.2,
  request: { method: 'GET', path: '/health', headers: {}, expectedStatus: [{ from: 200, to: 200 }] },
}

function aTest(overrides: Partial<TestApplication> = {}, mode = byRequest): PlannedTest {
  const dockerfile = aDockerfile('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY . .\n', '/app/Dockerfile')
  const made = { buildArguments: {}, secrets: {}, failsOnWarnings: false }
  return { application: { dockerfile, context: '/app', ...made, ...overrides }, mode }
}

interface Options extends MemoryEngineOptions {
  readonly send?: Send
  readonly saveImage?: () => Promise<void>
}

/** A registry and an engine with the base image, and a request that was checked. */
async function start({ send = answering(200), saveImage = () => Promise.resolve(), ...options }: Options = {}) {
  const registry = memoryRegistry()
  const digest = registry.publish(aspnet, { 'linux/amd64': { ASPNET_VERSION: '10.0.14' } })
  const platformDigest = await registry.resolvePlatform(aspnet, digest, amd64)
  const base = { reference: aspnet, digest, platformDigest }
  const memory = memoryEngine({ container: fakeContainer('http://127.0.0.1:1', ['Unhandled exception.']), ...options })
  memory.offer(withDigest(aspnet, platformDigest), aLocalImage({ environment: { ASPNET_VERSION: '10.0.14' } }))

  const done: string[] = []
  const reports: Report[] = []
  const after = <T>(what: string, work: () => T): T => {
    done.push(what)
    return work()
  }
  const engine = {
    ...memory,
    pull: (request: ImagePull) => after('pull', () => memory.pull(request)),
    build: (request: ImageBuild) => after(`build ${request.name}`, () => memory.build(request)),
    run: (request: ContainerRun) => after(`run ${request.image}`, () => memory.run(request)),
  }
  const record = aRecord({ base })
  const request: BuildAndTestRequest = {
    planned: { kind: 'checked', record },
    test: aTest(),
    archive: '/out/image.tar',
    provenance,
    context: '/image',
    dockerfile: aDockerfile('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nRUN x\n'),
    owner: 'owner',
    signal: new AbortController().signal,
  }
  const ports = {
    engine,
    registry,
    resolvePlatform: (...asked: Parameters<typeof registry.resolvePlatform>) => registry.resolvePlatform(...asked),
    buildContext: aBuildContext(() => Promise.resolve('v1:now')),
    credentialsFor: () => Promise.resolve(undefined),
    log: capturedLog(),
    send: (...asked: Parameters<Send>) => after(asked[0].method, () => send(...asked)),
    sleep: sleepFor,
    saveImage: (name: string, file: string) => after(`save ${name} to ${file}`, saveImage),
    onBuilt: ({ name }: { readonly name: string }) => done.push(`tell of ${name}`),
    recording: { tell: told, hideSecrets: (text: string) => text },
    report: (report: Report) => {
      done.push('report')
      reports.push(report)
      return Promise.resolve()
    },
  }
  const outcomes = () => reports.flatMap(({ checks }) => checks.map(({ outcome }) => outcome.kind))
  return { request, ports, record, base, names: () => memory.names, builds: memory.builds, done, reports, outcomes }
}

function answering(status: number): Send {
  return () => Promise.resolve({ status, body: '' })
}

describe('buildAndTest', () => {
  it('builds the image, tells of it, tests it, saves it, and reports, in this order', async () => {
    const { request, ports, record, done, names, reports } = await start()

    assert.equal(await buildAndTest(request, ports), record)

    assert.deepEqual(done, [
      'pull',
      `build ${image}`,
      `tell of ${image}`,
      `build ${application}`,
      `run ${application}`,
      'GET',
      `save ${image} to /out/image.tar`,
      'report',
    ])
    assert.deepEqual(names(), [image])
    assert.equal(reports[0]?.record, record)
  })

  it('reports each check, and what was built', async () => {
    const { request, ports, reports, outcomes } = await start()

    await buildAndTest(request, ports)

    assert.deepEqual(
      reports[0]?.checks.map(({ name }) => name),
      ['The image builds', 'The application builds on it', 'The application starts', 'The request answers'],
    )
    assert.deepEqual(outcomes(), ['passed', 'passed', 'passed', 'passed'])
    assert.match(reports[0].summaries.join(), /^### Build of platform\/aspnet:10\.0-noble/)
  })

  it('puts the image in the place of its own base, where the application names no other', async () => {
    const { request, ports, builds } = await start()

    await buildAndTest(request, ports)

    assert.equal(builds[1]?.dockerfileText, `FROM ${image}\nCOPY . .\n`)
  })

  it('puts the image in the place of what the application names', async () => {
    const { request, ports, builds } = await start()
    const dockerfile = aDockerfile('FROM a.io/team/runtime:7\n', '/app/Dockerfile')

    await buildAndTest({ ...request, test: aTest({ dockerfile, baseImage: 'runtime:7' }) }, ports)

    assert.equal(builds[1]?.dockerfileText, `FROM ${image}\n`)
  })

  it('takes other images of the application through the mirrors of the record, for its platform', async () => {
    const { request, ports, record, builds } = await start()
    const mirrored = { ...record, mirrors: { 'a.io': 'm.example/a' } }
    const text = 'FROM a.io/sdk AS build\nFROM mcr.microsoft.com/dotnet/aspnet:10.0\n'
    const test = aTest({ dockerfile: aDockerfile(text, '/app/Dockerfile') })

    await buildAndTest({ ...request, planned: { kind: 'checked', record: mirrored }, test }, ports)

    assert.equal(builds[1]?.dockerfileText, `FROM m.example/a/sdk AS build\nFROM ${image}\n`)
    assert.deepEqual(builds[1].platform, amd64)
  })

  it('builds what is not to be tested, and saves it', async () => {
    const { request, ports, done, reports, outcomes } = await start()

    await buildAndTest({ ...request, test: undefined }, ports)

    assert.deepEqual(done, ['pull', `build ${image}`, `tell of ${image}`, `save ${image} to /out/image.tar`, 'report'])
    assert.equal(reports[0]?.checks[1]?.name, 'Not tested with an application')
    assert.deepEqual(outcomes(), ['passed', 'skipped'])
  })

  it('saves nothing where no file is named', async () => {
    const { request, ports, done } = await start()

    await buildAndTest({ ...request, archive: undefined }, ports)

    assert.deepEqual(done.slice(-2), ['GET', 'report'])
  })

  describe('without a check', () => {
    const build = {
      releaseLine: aReleaseLine(),
      dockerfile: aDockerfile('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nRUN x\n'),
      platform: amd64,
      target: undefined,
      buildArguments: {},
      mirrors: {},
    }

    it('builds on the base as it is now, and gives the plan for it', async () => {
      const { request, ports, base, builds, reports } = await start()

      const plan = await buildAndTest({ ...request, planned: { kind: 'unchecked', build } }, ports)

      const expected: BuildPlan = {
        releaseLine: aReleaseLine(),
        replaces: { kind: 'unknown' },
        platform: amd64,
        base,
        contextHash: 'v1:now',
        buildArguments: {},
        mirrors: {},
      }
      assert.deepEqual(plan, expected)
      assert.deepEqual(builds[0]?.labels, recordLabels(expected, provenance))
      assert.equal(reports[0]?.record, plan)
    })

    it('tests the image in the place of that base', async () => {
      const { request, ports, builds, outcomes } = await start()

      await buildAndTest({ ...request, planned: { kind: 'unchecked', build } }, ports)

      assert.equal(builds[1]?.dockerfileText, `FROM ${image}\nCOPY . .\n`)
      assert.deepEqual(outcomes(), ['passed', 'passed', 'passed', 'passed'])
    })

    it('does nothing where the Dockerfile does not tell what to build on', async () => {
      const { request, ports, done } = await start()
      const scratch = { ...build, dockerfile: aDockerfile('FROM scratch\n') }

      await rejects(buildAndTest({ ...request, planned: { kind: 'unchecked', build: scratch } }, ports), {
        name: 'InvalidInput',
        field: 'buildRecord',
      })
      assert.deepEqual(done, [])
    })
  })

  describe('where it cannot begin', () => {
    it('refuses an application that does not name the base, before anything is pulled', async () => {
      const { request, ports, done } = await start()

      await rejects(buildAndTest({ ...request, test: aTest({ baseImage: 'runtime' }) }, ports), {
        name: 'InvalidInput',
        field: 'testBaseImage',
      })
      assert.deepEqual(done, [])
    })

    it('refuses an application that needs a newer engine, before anything is asked or pulled', async () => {
      const { request, ports, done } = await start({ version: '20.10.24' })
      const asked = ports.registry.asked.length
      const dockerfile = aDockerfile('FROM a\nRUN <<EOF\necho\nEOF\n', '/app/Dockerfile')

      await rejects(buildAndTest({ ...request, test: aTest({ dockerfile }) }, ports), {
        name: 'EngineTooOldError',
        path: '/app/Dockerfile',
      })
      assert.deepEqual(done, [])
      assert.equal(ports.registry.asked.length, asked)
    })
  })

  describe('where something fails', () => {
    const noSuchAnswer = /^The application did not answer GET \/health with 200 within 0\.2 s; at last it gave 404/

    it('reports a build that fails, and tells of no image', async () => {
      const { request, ports, record, done, reports, outcomes, names } = await start({ failingStep: 'RUN x' })

      await rejects(buildAndTest(request, ports), { name: 'BuildFailedError', step: 'RUN x' })

      assert.deepEqual(done, ['pull', `build ${image}`, 'report'])
      assert.deepEqual(outcomes(), ['failed', 'skipped', 'skipped', 'skipped'])
      assert.deepEqual([reports[0]?.summaries, reports[0]?.record], [[], record])
      assert.deepEqual(names(), [])
    })

    it('keeps an image whose test fails, but saves it to no file', async () => {
      const { request, ports, done, reports, outcomes, names } = await start({ send: answering(404) })

      await rejects(buildAndTest(request, ports), { name: 'TestFailedError', message: noSuchAnswer })

      assert.deepEqual(names(), [image])
      assert.ok(done.includes(`tell of ${image}`))
      assert.ok(!done.some((what) => what.startsWith('save')))
      assert.equal(done.at(-1), 'report')
      assert.deepEqual(outcomes(), ['passed', 'passed', 'passed', 'failed'])
      const failed = reports[0]?.checks[3]?.outcome
      assert.ok(failed?.kind === 'failed')
      assert.match(failed.message, noSuchAnswer)
      assert.deepEqual(failed.details, ['What the application printed:', '  Unhandled exception.'])
      assert.equal(reports[0]?.summaries.length, 1)
    })

    it('reports what passed where the image cannot be saved', async () => {
      const full = new Error('ENOSPC')
      const { request, ports, outcomes, names } = await start({ saveImage: () => Promise.reject(full) })

      await assert.rejects(buildAndTest(request, ports), full)

      assert.deepEqual(outcomes(), ['passed', 'passed', 'passed', 'passed'])
      assert.deepEqual(names(), [image])
    })

    it('reports also where the job is cancelled during the test', async () => {
      const cancelled = new AbortController()
      const { request, ports, done, outcomes } = await start({
        send: (asked) => {
          cancelled.abort(new StepError('cancelled'))
          return answering(503)(asked)
        },
      })

      await rejects(buildAndTest({ ...request, signal: cancelled.signal }, ports), {
        name: 'StepError',
        message: 'The job was cancelled, or the step reached its time limit.',
      })
      assert.deepEqual(done.slice(-2), ['GET', 'report'])
      assert.deepEqual(outcomes(), ['passed', 'passed', 'passed', 'failed'])
    })
  })
})
