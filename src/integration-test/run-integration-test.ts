import { cleanUp } from '../dockerfile-build/clean-up.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import { localName } from '../ownership/local-name.ts'
import type { Log } from '../model/log.ts'
import { awaitExit, requireStart } from './await-exit.ts'
import { type ApplicationPlan, buildApplication } from './build-application.ts'
import type { TestEngine } from './engine.ts'
import type { CheckRecorder } from './record-checks.ts'
import { TestFailedError } from './test-failed-error.ts'
import { checkNames, type RunningTestMode, type TestMode } from './test-mode.ts'
import { askRepeatedly, type Send, type Sleep } from './ask-repeatedly.ts'

export interface IntegrationTestRequest {
  /** Local name of the platform image. */
  readonly image: string
  readonly application: ApplicationPlan
  readonly mode: TestMode
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
  readonly signal?: AbortSignal
}

export interface IntegrationTestPorts {
  readonly engine: TestEngine
  /** What a private registry asks for; undefined for a public one. */
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly send: Send
  readonly sleep: Sleep
  /** Milliseconds; default: since the process began. */
  readonly now?: () => number
  /** Hears of each case but the platform image's own build. */
  readonly checks: CheckRecorder
  readonly log: Log
}

/**
 * Builds a real application on the platform image, starts it, and asks it until it answers as expected, or what else
 * the trial says. Leaves neither a container nor the application's image behind. Throws TestFailedError, or
 * BuildFailedError of the build.
 */
export async function runIntegrationTest(request: IntegrationTestRequest, ports: IntegrationTestPorts): Promise<void> {
  const { image, application, mode, owner } = request
  const { engine, checks, log } = ports
  const name = localName('test', owner)
  try {
    const built = await checks.attempt(checkNames.applicationBuilds, () =>
      buildApplication(application, { image, name }, ports),
    )
    if (mode.kind === 'build') log.info('The test application builds on the platform image')
    else await testApplication({ ...request, name, image: built, mode }, ports)
  } catch (error) {
    if (error instanceof TestFailedError) for (const line of error.details) log.info(`    ${line}`)
    throw error
  } finally {
    await cleanUp(name, () => engine.remove(name), log)
  }
}

interface ApplicationRun extends Pick<IntegrationTestRequest, 'owner' | 'signal'> {
  /** The application's image and its local name. */
  readonly image: LocalImage
  readonly name: string
  readonly mode: RunningTestMode
}

/** Starts the application, and removes its container whatever comes of it. */
async function testApplication(
  { name, image, mode, owner, signal }: ApplicationRun,
  { engine, send, sleep, now, checks, log }: IntegrationTestPorts,
): Promise<void> {
  const { environment, timeLimit } = mode
  const waiting = { timeLimit, sleep, ...(signal && { signal }) }
  const container = await checks.attempt(checkNames.applicationStarts, () =>
    engine.run({ image: name, environment, owner, ...(mode.kind === 'request' && { port: mode.port }) }),
  )
  try {
    if (mode.kind === 'exitCode') {
      await checks.attempt(checkNames.applicationStarts, () => requireStart(container))
      await checks.attempt(checkNames.applicationEnds, () => awaitExit(container, waiting))
      log.info('The test application ended with exit code 0')
      return
    }
    const { request, port } = mode
    const listening = { port, declared: image.ports }
    const asking = askRepeatedly(container, request, { ...waiting, listening, send, ...(now && { now }) })
    await checks.attempt(checkNames.applicationStarts, () => asking.firstAnswer())
    const { status, seconds } = await checks.attempt(checkNames.requestAnswers, () => asking.expectedAnswer())
    log.info(`${request.method} ${request.path} answered ${String(status)} after ${seconds.toFixed(1)} s`)
  } finally {
    await cleanUp('The test container', () => container.remove(), log)
  }
}
