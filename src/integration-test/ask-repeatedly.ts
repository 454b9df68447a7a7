import { messageOf } from '../model/error-text.ts'
import {
  addOutcome,
  type Answer,
  describeStreaks,
  isAnswer,
  type Outcome,
  steadyError,
  steadyTime,
  type Streak,
  type UnusableAnswer,
} from './answers.ts'
import { describeEnd } from './describe-end.ts'
import type { ContainerExit, RunningContainer } from './engine.ts'
import { type ExpectedStatus, formatExpectedStatus, isExpected } from './expected-status.ts'
import { TestFailedError, type TestFailure } from './test-failed-error.ts'

/** What an application is asked, and which answer counts. */
export interface TestRequest {
  readonly method: string
  /** Starts with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent byte for byte. */
  readonly body?: string
  readonly expectedStatus: ExpectedStatus
}

/** Sends one request and follows no redirect; throws an Error that says why nothing came. */
export type Send = (request: {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds. */
  readonly timeout: number
}) => Promise<Answer | UnusableAnswer>

/** Lets some milliseconds pass; ends early, without an error, when the signal is aborted. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<unknown>

/** How long an application has, and how the waiting is done. */
export interface Waiting {
  /** Seconds until the application must have answered as expected. */
  readonly timeLimit: number
  /** What was asked, for the case that nothing ever answers: the port, and those that the image declares. */
  readonly listening: { readonly port: number; readonly declared: readonly string[] }
  readonly send: Send
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly now?: () => number
  readonly sleep: Sleep
}

/** An application that is being asked again and again. Both throw TestFailedError as soon as there is no hope. */
export interface RepeatedRequest {
  /** Until it gives any HTTP answer. */
  firstAnswer(): Promise<void>
  /** Until it answers as expected; gives the answer's status and the seconds since the first request. */
  expectedAnswer(): Promise<{ readonly status: number; readonly seconds: number }>
}

const pauseBetweenPolls = 100
/** How long one request is waited for before the next is sent. */
const patience = 1000

/**
 * Asks until the application answers. An open port proves nothing, since the engine itself accepts connections: only an
 * HTTP answer counts.
 */
export function askRepeatedly(
  container: RunningContainer,
  request: TestRequest,
  { timeLimit, listening, send, signal, now = () => performance.now(), sleep }: Waiting,
): RepeatedRequest {
  const started = now()
  const elapsed = () => now() - started
  const ended = new AbortController()
  let exit: ContainerExit | undefined
  const exited = container.exited.then((how) => {
    exit = how
    ended.abort()
  })
  const polling = pollApplication((timeout) => ask({ ...request, address: container.address, timeout }, send), {
    elapsed,
    sleep,
  })

  async function until(isGood: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const streaks = polling.streaks()
      const last = streaks.at(-1)?.outcome
      if (last !== undefined && isAnswer(last) && isGood(last)) return last
      signal?.throwIfAborted()
      const silent = polling.hasAnswered() ? undefined : listening
      const failure = findFailure({ exit, streaks, elapsed: elapsed(), timeLimit, request, silent })
      if (failure !== undefined) throw new TestFailedError(failure, describeEnd(container, last))
      if (last !== undefined) await sleep(pauseBetweenPolls, ended.signal)
      const isNews = polling.streaks() !== streaks
      if (!isNews) await Promise.race([polling.poll(timeLimit * 1000), exited])
    }
  }

  return {
    async firstAnswer() {
      await until(() => true)
    },
    async expectedAnswer() {
      const { status } = await until((answer) => isExpected(answer.status, request.expectedStatus))
      return { status, seconds: elapsed() / 1000 }
    },
  }
}

/** Requests that were sent, and what came of them. */
interface Polling {
  streaks(): readonly Streak[]
  /** Whether anything ever came. */
  hasAnswered(): boolean
  /** Sends one more request; `limit` is when all must be answered. Ends when one is, or has taken long. */
  poll(limit: number): Promise<void>
}

function pollApplication(
  send: (timeout: number) => Promise<Outcome>,
  { elapsed, sleep }: { readonly elapsed: () => number; readonly sleep: Sleep },
): Polling {
  let streaks: readonly Streak[] = []
  let hasAnswered = false
  let settled = new AbortController()
  return {
    streaks: () => streaks,
    hasAnswered: () => hasAnswered,
    async poll(limit) {
      const timeout = limit - elapsed()
      if (timeout <= 0) return
      settled = new AbortController()
      void send(timeout).then((outcome) => {
        streaks = addOutcome(streaks, outcome, elapsed())
        hasAnswered ||= !('silence' in outcome)
        settled.abort()
      })
      // An answer that takes long is still waited for, while another request shows whether it just got lost.
      await sleep(Math.min(patience, timeout + pauseBetweenPolls), settled.signal)
    },
  }
}

interface Situation {
  readonly exit: ContainerExit | undefined
  readonly streaks: readonly Streak[]
  /** Milliseconds. */
  readonly elapsed: number
  /** Seconds. */
  readonly timeLimit: number
  readonly request: TestRequest
  /** Where nothing ever came. */
  readonly silent: Waiting['listening'] | undefined
}

/** Why there is no hope any more; undefined where there is. */
function findFailure({ exit, streaks, elapsed, timeLimit, request, silent }: Situation): TestFailure | undefined {
  const asked = `${request.method} ${request.path}`
  if (exit !== undefined) return { what: 'ended-early', exit, asked }
  const status = steadyError(streaks)
  if (status !== undefined) return { what: 'steady-error', asked, status, seconds: steadyTime / 1000 }
  if (elapsed < timeLimit * 1000) return undefined
  const wanted = formatExpectedStatus(request.expectedStatus)
  const given = describeStreaks(streaks)
  return { what: 'no-expected-answer', asked, wanted, timeLimit, given, ...(silent && { silent }) }
}

async function ask(
  {
    method,
    path,
    headers,
    body,
    address,
    timeout,
  }: TestRequest & { readonly address: string; readonly timeout: number },
  send: Send,
): Promise<Outcome> {
  try {
    const url = new URL(path, address).href
    return await send({ method, url, headers, ...(body !== undefined && { body }), timeout })
  } catch (error) {
    return { silence: messageOf(error) }
  }
}
