import { cleanUp } from '../build/clean-up.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import { localName } from '../model/local-name.ts'
import type { Log } from '../model/log.ts'
import { awaitExit, requireStart } from './await-exit.ts'
import { type ApplicationPlan, buildApplication } from './build-application.ts'
import { describeSilence } from './describe-end.ts'
import type { TestEngine } from './engine.ts'
import type { CaseRecorder } from './record-cases.ts'
import { TestFailedError } from './test-failed-error.ts'
import { caseNames, type StartedTrial, type Trial } from './trial.ts'
import { type Send, tryRequest } from './try-request.ts'

export interface IntegrationTestRequest {
  /** Local name of the platform image. */
  readonly image: string
  readonly application: ApplicationPlan
  readonly trial: Trial
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
  readonly signal?: AbortSignal
}

interface Outside {
  readonly engine: TestEngine
  /** What a private registry asks for; undefined for a public one. */
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly send: Send
  /** Hears of each case but the platform image's own build. */
  readonly cases: CaseRecorder
  readonly log: Log
}

/**
 * Builds a real application on the platform image, starts it, and asks it until it answers as expected, or what else
 * the trial says. Leaves neither a container nor the application's image behind. Throws TestFailedError, or
 * BuildFailedError of the build.
 */
export async function runIntegrationTest(request: IntegrationTestRequest, outside: Outside): Promise<void> {
  const { image, application, trial, owner } = request
  const { engine, cases, log } = outside
  const name = localName('test', owner)
  try {
    const built = await cases.attempt(caseNames.applicationBuilds, () =>
      buildApplication(application, { image, name }, outside),
    )
    if (trial.kind === 'build') log.info('The test application builds on the platform image')
    else await tryApplication({ name, image: built }, trial, request, outside)
  } catch (error) {
    if (error instanceof TestFailedError) for (const line of error.details) log.info(`    ${line}`)
    throw error
  } finally {
    await cleanUp(name, () => engine.remove(name), log)
  }
}

/** Starts the application, and removes its container whatever comes of it. */
async function tryApplication(
  { name, image }: { readonly name: string; readonly image: LocalImage },
  trial: StartedTrial,
  { owner, signal }: IntegrationTestRequest,
  { engine, send, cases, log }: Outside,
): Promise<void> {
  const { environment, timeLimit } = trial
  const waiting = { timeLimit, ...(signal && { signal }) }
  const container = await cases.attempt(caseNames.applicationStarts, () =>
    engine.run({ image: name, environment, owner, ...(trial.kind === 'request' && { port: trial.port }) }),
  )
  try {
    if (trial.kind === 'exitCode') {
      await cases.attempt(caseNames.applicationStarts, () => requireStart(container))
      await cases.attempt(caseNames.applicationEnds, () => awaitExit(container, waiting))
      log.info('The test application ended with exit code 0')
      return
    }
    const { request, port } = trial
    const whenSilent = describeSilence(port, image.ports)
    const asking = tryRequest(container, request, { ...waiting, whenSilent, send })
    await cases.attempt(caseNames.applicationStarts, () => asking.firstAnswer())
    const { status, seconds } = await cases.attempt(caseNames.requestAnswers, () => asking.expectedAnswer())
    log.info(`${request.method} ${request.path} answered ${String(status)} after ${seconds.toFixed(1)} s`)
  } finally {
    await cleanUp('The test container', () => container.remove(), log)
  }
}
