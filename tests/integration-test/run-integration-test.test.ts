import assert from 'node:assert/strict'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { planApplication } from '../../src/integration-test/build-application.ts'
import type { ContainerRun } from '../../src/integration-test/engine.ts'
import { recordChecks } from '../../src/integration-test/record-checks.ts'
import { type IntegrationTestRequest, runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { plannedChecks, type RunningTestMode, type TestMode } from '../../src/integration-test/test-mode.ts'
import type { Send } from '../../src/integration-test/ask-repeatedly.ts'
import { StepError } from '../../src/model/step-error.ts'
import { aDockerfile, aLocalImage, amd64 } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { memoryEngine, type MemoryEngineOptions } from '../support/memory-engine.ts'
import { told } from '../support/problems.ts'

const platformImage = 'localhost/platform-image/image:owner'
const text = 'FROM a.io/sdk:10.0 AS build\nFROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY --from=build x y'
const application = planApplication({
  platform: amd64,
  dockerfile: aDockerfile(text, '/app/Dockerfile'),
  context: '/app',
  baseImage: 'aspnet:10.0',
  mirrors: {},
  buildArguments: {},
  secrets: {},
  failsOnWarnings: false,
})
const byRequest: RunningTestMode = {
  kind: 'request',
  port: 8080,
  environment: { GREETING: 'hello' },
  timeLimit: 0.2,
  request: { method: 'GET', path: '/', headers: {}, expectedStatus: [{ from: 200, to: 200 }] },
}
const byExitCode: RunningTestMode = { kind: 'exitCode', environment: {}, timeLimit: 0.2 }

describe('runIntegrationTest', () => {
  const answering =
    (status: number): Send =>
    () =>
      Promise.resolve({ status, body: '' })

  interface Options extends MemoryEngineOptions {
    readonly mode?: TestMode
    readonly send?: Send
    readonly signal?: AbortSignal
  }

  async function run({ mode: mode = byRequest, send = answering(200), signal, ...options }: Options = {}) {
    const container = fakeContainer('http://127.0.0.1:1', ['Unhandled exception.', '   at Program.Main'])
    const engine = memoryEngine({ container, ...options })
    engine.add(platformImage, aLocalImage())
    const runs: ContainerRun[] = []
    const listening = {
      ...engine,
      run(request: ContainerRun) {
        runs.push(request)
        return engine.run(request)
      },
    }
    const log = capturedLog()
    const checks = recordChecks(plannedChecks(mode), { tell: told, hideSecrets: (line) => line })
    const credentialsFor = () => Promise.resolve(undefined)
    const request: IntegrationTestRequest = {
      image: platformImage,
      application,
      mode,
      owner: 'owner',
      ...(signal && { signal }),
    }
    const error = await runIntegrationTest(request, {
      engine: listening,
      credentialsFor,
      send,
      sleep: sleepFor,
      checks,
      log,
    }).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    )
    assert.deepEqual(engine.names, [platformImage], 'an image is left')
    assert.equal(engine.containers, 0, 'a container is left')
    return { error, log, runs, outcomes: checks.checks().map(({ outcome }) => outcome.kind) }
  }

  it('builds the application on the platform image, asks it, and leaves nothing but the platform image', async () => {
    const { error, log, runs, outcomes } = await run()

    assert.equal(error, undefined)
    assert.match(log.groups[0]?.title ?? '', /in place of mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/)
    assert.match(log.lines.at(-1) ?? '', /^GET \/ answered 200 after \d+\.\d s$/)
    assert.deepEqual(runs, [
      { image: 'localhost/platform-image/test:owner', port: 8080, environment: { GREETING: 'hello' }, owner: 'owner' },
    ])
    assert.deepEqual(outcomes, ['skipped', 'passed', 'passed', 'passed'])
  })

  it('starts an application that is to end without a port', async () => {
    const container = fakeContainer('')
    container.exit({ code: 0, outOfMemory: false })

    const { error, log, runs, outcomes } = await run({ mode: byExitCode, container })

    assert.equal(error, undefined)
    assert.equal(log.lines.at(-1), 'The test application ended with exit code 0')
    assert.deepEqual(runs, [{ image: 'localhost/platform-image/test:owner', environment: {}, owner: 'owner' }])
    assert.deepEqual(outcomes, ['skipped', 'passed', 'passed', 'passed'])
  })

  it('starts nothing where the build is the test', async () => {
    const { error, log, runs, outcomes } = await run({ mode: { kind: 'build' } })

    assert.equal(error, undefined)
    assert.equal(log.lines.at(-1), 'The test application builds on the platform image')
    assert.deepEqual(runs, [])
    assert.deepEqual(outcomes, ['skipped', 'passed'])
  })

  it('shows what the application printed where it does not answer as expected', async () => {
    const { error, log, outcomes } = await run({ send: answering(404) })

    assert.equal(error?.name, 'TestFailedError')
    assert.deepEqual(log.lines.slice(-3), [
      '    What the application printed:',
      '      Unhandled exception.',
      '         at Program.Main',
    ])
    assert.deepEqual(outcomes, ['skipped', 'passed', 'passed', 'failed'])
  })

  it('has not started where it never answers anything', async () => {
    const image = { ...aLocalImage(), ports: ['80/tcp'] }
    const { error, outcomes } = await run({
      send: () => Promise.reject(new Error('no answer (ECONNRESET)')),
      strayBase: image,
    })

    assert.match(told(error), /port 8080, .* declares 80\/tcp\. Check the input "containerPort"\.$/)
    assert.deepEqual(outcomes, ['skipped', 'passed', 'failed', 'skipped'])
  })

  it('has not started where the container could not', async () => {
    const container = fakeContainer('')
    container.exit({ code: 126, outOfMemory: false, error: 'no user nosuchuser' })

    const { error, outcomes } = await run({ mode: byExitCode, container })

    assert.equal(told(error), 'The container of the application failed (no user nosuchuser).')
    assert.deepEqual(outcomes, ['skipped', 'passed', 'failed', 'skipped'])
  })

  it('fails where an application ends otherwise than well', async () => {
    const container = fakeContainer('', ['no database'])
    container.exit({ code: 3, outOfMemory: false })

    const { error, log, outcomes } = await run({ mode: byExitCode, container })

    assert.equal(told(error), 'The application ended with exit code 3 instead of 0.')
    assert.equal(log.lines.at(-1), '      no database')
    assert.deepEqual(outcomes, ['skipped', 'passed', 'passed', 'failed'])
  })

  it('fails where a step of the build fails', async () => {
    const { error, outcomes } = await run({ failingStep: 'RUN dotnet publish' })

    assert.equal(error?.name, 'BuildFailedError')
    assert.deepEqual(outcomes, ['skipped', 'failed', 'skipped', 'skipped'])
  })

  it('fails where the container cannot be started', async () => {
    const { error, outcomes } = await run({ container: undefined })

    assert.equal(error?.message, 'The container could not be started.')
    assert.deepEqual(outcomes, ['skipped', 'passed', 'failed', 'skipped'])
  })

  it('cleans up where the job is cancelled while it waits', async () => {
    const cancelled = new AbortController()
    const send: Send = (request) => {
      cancelled.abort(new StepError('cancelled'))
      return answering(503)(request)
    }

    const { error } = await run({ send, signal: cancelled.signal })

    assert.equal(told(error), 'The job was cancelled, or the step reached its time limit.')
  })
})
