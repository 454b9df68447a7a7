import { setTimeout as pause } from 'node:timers/promises'
import { ConnectionError, type HttpClient, type HttpRequest, type HttpResponse } from './http-client.ts'
import { isOutage, isOutageStatus } from './outage.ts'

/** A request that is about to be sent again. */
export interface Retry {
  readonly host: string
  /** What the host did: `answers 429`, `does not answer (ECONNRESET)`. */
  readonly because: string
  /** Until the request is sent again, rounded up. */
  readonly seconds: number
}

export interface RetryOptions {
  /** Milliseconds from the first request to the end of the last wait; default 120,000. */
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

/** Mostly a wrong host or port, which should be told soon. */
const hopelessCodes: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND']
const hopelessRetries = 2

/** Milliseconds. */
const firstWait = 1000
const longestWait = 30_000
const longestRetryAfter = 60_000
const shortestWait = 100
const twoMinutes = 120_000

/**
 * Repeats what a busy or restarting host does not answer: GET and HEAD requests, and others only where they say so.
 * Waits 1, 2, 4, ... at most 30 s with full jitter, no less than `Retry-After` up to a minute, and begins no wait that
 * would end later than two minutes, or `longestTotal`, after the first request. Then the last answer or failure is the caller's.
 * Written here, since it is smaller than a package for it and knows our two kinds of failure.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function withRetries(http: HttpClient, options: RetryOptions = {}): HttpClient {
  const { signal, onRetry, now = Date.now, random = Math.random, sleep = sleepFor } = options
  const { longestTotal = twoMinutes } = options
  return async (request) => {
    if (!mayRepeat(request)) return http(request)
    const started = now()
    let hopeless = 0
    for (let attempt = 0; ; attempt++) {
      const outcome = await ask(http, request)
      if (isHopeless(outcome)) hopeless++
      const wait = Math.max(
        shortestWait,
        random() * Math.min(longestWait, firstWait * 2 ** attempt),
        Math.min(longestRetryAfter, retryAfter(outcome, now())),
      )
      const isLast = !isPassing(outcome) || hopeless > hopelessRetries || now() + wait > started + longestTotal
      if (isLast) {
        if (outcome instanceof ConnectionError) throw outcome
        return outcome
      }
      onRetry?.({ ...tell(outcome, request), seconds: Math.ceil(wait / 1000) })
      await sleep(wait, signal)
      signal?.throwIfAborted()
    }
  }
}

/** A line for the log: `mcr.microsoft.com answers 429; asking again in 4 s`. */
export function formatRetry({ host, because, seconds }: Retry): string {
  return `${host} ${because}; asking again in ${String(seconds)} s`
}

function mayRepeat({ method, isRepeatable = ['GET', 'HEAD'].includes(method.toUpperCase()) }: HttpRequest): boolean {
  return isRepeatable
}

async function ask(http: HttpClient, request: HttpRequest): Promise<Outcome> {
  try {
    return await http(request)
  } catch (error) {
    if (error instanceof ConnectionError) return error
    throw error
  }
}

/** Whether the same request may well be answered a little later. */
function isPassing(outcome: Outcome): boolean {
  if (!(outcome instanceof ConnectionError)) return isOutageStatus(outcome.status)
  return isOutage(outcome.code) || isHopeless(outcome)
}

function isHopeless(outcome: Outcome): boolean {
  return outcome instanceof ConnectionError && hopelessCodes.includes(outcome.code)
}

/** Milliseconds that the host wants to be left alone; seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter(outcome: Outcome, now: number): number {
  const value = outcome instanceof ConnectionError ? undefined : outcome.headers['retry-after']?.trim()
  if (value === undefined) return 0
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(milliseconds) ? 0 : milliseconds
}

function tell(outcome: Outcome, { url }: HttpRequest): Omit<Retry, 'seconds'> {
  if (outcome instanceof ConnectionError) return { host: outcome.host, because: outcome.because }
  return { host: outcome.redirectedTo ?? new URL(url).host, because: `answers ${String(outcome.status)}` }
}

/** A cancel ends it early, without an error of its own. */
async function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, signal && { signal }).catch(() => undefined)
}
