import { setTimeout as pause } from 'node:timers/promises'
import type { RunningContainer } from './engine.ts'

/** What an application is asked, and which answer counts. */
export interface TestRequest {
  readonly method: string
  /** Starts with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly expectedStatus: number
  /** Seconds until the application must have answered so. */
  readonly timeLimit: number
}

/** Sends one request; throws where there is no answer. */
export type Send = (request: {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds. */
  readonly timeout: number
}) => Promise<{ readonly status: number; readonly body: Uint8Array }>

/** The application did not answer as expected. */
class TestFailedError extends Error {
  override readonly name = 'TestFailedError'
}

const pauseBetweenPolls = 100
const longestAnswer = 5000

/**
 * Asks again and again until the application answers with the expected status; gives the seconds that took.
 * An open port proves nothing, since the engine itself accepts connections: only an HTTP answer counts.
 * Throws TestFailedError at once when the container ends, else at the time limit.
 */
export async function tryRequest(
  container: RunningContainer,
  request: TestRequest,
  { send, signal }: { send: Send; signal?: AbortSignal },
): Promise<number> {
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  const polling = new AbortController()
  const exited = container.exited.then((exit) => {
    polling.abort()
    return exit
  })

  let last = 'no answer'
  while (elapsed() < request.timeLimit && !polling.signal.aborted) {
    signal?.throwIfAborted()
    last = await ask(container.address, request, send)
    if (last === String(request.expectedStatus)) return elapsed()
    await pause(pauseBetweenPolls, undefined, { signal: polling.signal }).catch(() => undefined)
  }

  const asked = `${request.method} ${request.path}`
  if (!polling.signal.aborted) {
    throw new TestFailedError(
      `The application did not answer ${asked} with ${String(request.expectedStatus)} within ${String(request.timeLimit)} s; at last it gave ${last}.`,
    )
  }
  const { code, outOfMemory, error } = await exited
  const why = outOfMemory ? ', out of memory' : error === undefined ? '' : `: ${error}`
  throw new TestFailedError(`The application ended with exit code ${String(code)}${why} before it answered ${asked}.`)
}

/** The status of the answer, or why there was none. */
async function ask(address: string, { method, path, headers, body }: TestRequest, send: Send): Promise<string> {
  try {
    const url = new URL(path, address).href
    const { status } = await send({ method, url, headers, ...(body !== undefined && { body }), timeout: longestAnswer })
    return String(status)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
