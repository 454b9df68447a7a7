import { cleanLine } from '../model/clean-line.ts'

/** What an application answered. */
export interface Answer {
  readonly status: number
  /** Where a redirect points to. */
  readonly location?: string
  /** The beginning of the body, as it came. */
  readonly body: string
}

/** What came from an application, but is no whole answer. */
export interface UnusableAnswer {
  /** `200, then the connection was cut (ECONNRESET)`. */
  readonly unusable: string
}

/** What came of one request: an answer, something else, or why there was nothing. */
export type Outcome = Answer | UnusableAnswer | { readonly silence: string }

/** Equal outcomes one after the other. Times are milliseconds since the first request was sent. */
export interface Streak {
  readonly outcome: Outcome
  readonly times: number
  readonly since: number
  readonly until: number
}

/** Adds an outcome to those before it. Of long ago only a few are kept. */
export function addOutcome(streaks: readonly Streak[], outcome: Outcome, at: number): readonly Streak[] {
  const last = streaks.at(-1)
  if (last === undefined || formatOutcome(last.outcome) !== formatOutcome(outcome)) {
    return [...streaks, { outcome, times: 1, since: at, until: at }].slice(-keptStreaks)
  }
  return [...streaks.slice(0, -1), { ...last, outcome, times: last.times + 1, until: at }]
}

/** `no answer (ECONNRESET) 40 times, then 503 2 times, then 404`. */
export function describeStreaks(streaks: readonly Streak[]): string {
  const parts = streaks.map(({ outcome, times }) =>
    times === 1 ? formatOutcome(outcome) : `${formatOutcome(outcome)} ${String(times)} times`,
  )
  return parts.length === 0 ? 'no answer' : parts.join(', then ')
}

/**
 * An application that is up but broken: the same 500 or 501 on every request for ten seconds. 502, 503 and 504 are
 * what a warming up application says. Gives the status, else undefined.
 */
export function steadyError(streaks: readonly Streak[]): number | undefined {
  const last = streaks.at(-1)
  if (last === undefined || !isAnswer(last.outcome)) return undefined
  const { status } = last.outcome
  return (status === 500 || status === 501) && last.until - last.since >= steadyTime ? status : undefined
}

/** The lines of an answer's body that can be shown. */
export function bodyLines({ body }: Answer): string[] {
  const lines = body.split('\n').map(cleanLine)
  return lines.filter((line) => line !== '').slice(0, shownLines)
}

export function isAnswer(outcome: Outcome): outcome is Answer {
  return 'status' in outcome
}

/** The milliseconds after which an error that stays is one. */
export const steadyTime = 10_000
const keptStreaks = 4
const shownLines = 20

function formatOutcome(outcome: Outcome): string {
  if ('silence' in outcome) return cleanLine(outcome.silence)
  if ('unusable' in outcome) return cleanLine(outcome.unusable)
  const { status, location } = outcome
  return location === undefined ? String(status) : cleanLine(`${String(status)} to ${location}`)
}
