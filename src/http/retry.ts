import { ConnectionError, type HttpRequest, type HttpResponse } from './http-client.ts'
import { isMisconfiguration, isOutageCode, isOutageStatus } from './outage.ts'
import { sleepFor } from './sleep-for.ts'

/** An attempt that is about to be made again. */
export interface Retry {
  readonly host: string
  /** What the host did: `answers 429`, `does not answer (ECONNRESET)`. */
  readonly because: string
  /** Until then, rounded up. */
  readonly seconds: number
}

export interface RetryOptions {
  /** Milliseconds from the first attempt to the end of the last wait; default 120,000. */
  readonly longestTotal?: number
  /** Ends a wait; its reason is thrown. */
  readonly signal?: AbortSignal
  /** Hears why it takes so long. */
  readonly onRetry?: (retry: Retry) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** From 0 to 1. */
  readonly random?: () => number
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>
}

type Outcome = HttpResponse | ConnectionError

const misconfigurationRetries = 2

/** Milliseconds. */
const firstWait = 1000
const longestWait = 30_000
const longestRetryAfter = 60_000
const shortestWait = 100
const twoMinutes = 120_000

/** What came of an attempt that may well end better a little later. */
export interface RetryableFailure extends Omit<Retry, 'seconds'> {
  /** Milliseconds that the host wants to be left alone. */
  readonly retryAfter: number
  /** Mostly a wrong name or port, which should be told soon. */
  readonly isMisconfiguration: boolean
}

/**
 * Repeats an attempt while its failure is retryable. Waits 1, 2, 4, ... at most 30 s with full jitter, no less than
 * the host wants up to a minute, and begins no wait that would end later than two minutes, or `longestTotal`, after the
 * first attempt. Then the last outcome is the caller's.
 * Written here, since it is smaller than a package for it and knows our kinds of failure.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function retryWhile<Outcome>(
  attempt: () => Promise<Outcome>,
  retryableFailureOf: (outcome: Outcome) => RetryableFailure | undefined,
  options: RetryOptions,
): Promise<Outcome> {
  const { signal, onRetry, now = Date.now, random = Math.random, sleep = sleepFor } = options
  const { longestTotal = twoMinutes } = options
  const started = now()
  let misconfigurations = 0
  for (let count = 0; ; count++) {
    const outcome = await attempt()
    const failure = retryableFailureOf(outcome)
    if (failure === undefined) return outcome
    if (failure.isMisconfiguration) misconfigurations++
    const wait = Math.max(
      shortestWait,
      random() * Math.min(longestWait, firstWait * 2 ** count),
      Math.min(longestRetryAfter, failure.retryAfter),
    )
    if (misconfigurations > misconfigurationRetries || now() + wait > started + longestTotal) return outcome
    onRetry?.({ host: failure.host, because: failure.because, seconds: Math.ceil(wait / 1000) })
    await sleep(wait, signal)
    signal?.throwIfAborted()
  }
}

/** Repeats what a busy or restarting host does not answer: GET and HEAD requests, and others only where they say so. */
export function withRetries<Request extends HttpRequest>(
  http: (request: Request) => Promise<HttpResponse>,
  options: RetryOptions = {},
): (request: Request) => Promise<HttpResponse> {
  const { now = Date.now } = options
  return async (request) => {
    if (!mayRepeat(request)) return http(request)
    const outcome = await retryWhile(
      () => settle(http(request)),
      (answer) => retryableFailureOf(answer, request, now()),
      options,
    )
    if (outcome instanceof ConnectionError) throw outcome
    return outcome
  }
}

/** A line for the log: `mcr.microsoft.com answers 429; asking again in 4 s`. */
export function formatRetry({ host, because, seconds }: Retry): string {
  return `${host} ${because}; asking again in ${String(seconds)} s`
}

function mayRepeat({ method, isRepeatable = ['GET', 'HEAD'].includes(method.toUpperCase()) }: HttpRequest): boolean {
  return isRepeatable
}

async function settle(asked: Promise<HttpResponse>): Promise<Outcome> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ConnectionError) return error
    throw error
  }
}

function retryableFailureOf(outcome: Outcome, { url }: HttpRequest, now: number): RetryableFailure | undefined {
  if (outcome instanceof ConnectionError) {
    const { code, host, because } = outcome
    if (!isOutageCode(code) && !isMisconfiguration(code)) return undefined
    return { host, because, retryAfter: 0, isMisconfiguration: isMisconfiguration(code) }
  }
  const { status, redirectedTo: host = new URL(url).host } = outcome
  const because = `answers ${String(status)}`
  return isOutageStatus(status)
    ? { host, because, retryAfter: retryAfter(outcome, now), isMisconfiguration: false }
    : undefined
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter({ headers }: HttpResponse, now: number): number {
  const value = headers['retry-after']?.trim()
  if (value === undefined) return 0
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(milliseconds) ? 0 : milliseconds
}
