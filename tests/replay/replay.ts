import type { Digest } from '../../src/model/digest.ts'

/** How a base's tag moved, in time order, as one platform sees it. */
export interface History {
  /** Such as `aspnet:8.0`. */
  readonly name: string
  readonly states: readonly [BaseState, ...BaseState[]]
}

/** What a tag names from some instant on. */
export interface BaseState {
  /** Of the image index. */
  readonly digest: Digest
  readonly platformDigest: Digest
  /** When the tag came to name this index. */
  readonly movedAt: Date
  /** When the tag came to name this platform's manifest; earlier, where other platforms moved since. */
  readonly platformMovedAt: Date
}

/** A look at the tag. The image that is then rebuilt is pushed at that instant, made from that base. */
export interface Poll {
  readonly at: Date
  readonly base: BaseState
}

/** Whether to rebuild, from what is known at a poll and what the last build was made from. */
export type RebuildRule = (now: Poll, lastBuild: Poll) => boolean

/** Polls come every `period` ms, and one of them at `anchor`. */
export interface Schedule {
  readonly name: string
  readonly period: number
  readonly anchor: Date
}

/** What a rule does to an image over the whole history. */
export interface Tally {
  readonly rebuilds: number
  /** Rebuilds on the platform's manifest that the last build was already made from. */
  readonly needless: number
  /** Polls at which the rule said no although the platform's manifest had changed. */
  readonly missed: number
  /** From the instant at which an image fell behind its base to its rebuild. */
  readonly meanLagHours: number
}

const hour = 60 * 60 * 1000
const day = 24 * hour

/** Polling goes on for this long after the last move. */
const afterwards = 14 * day

export const mostOften: Schedule = { name: '4 h', period: 4 * hour, anchor: new Date('1970-01-01T00:00:00Z') }

export const schedules: readonly Schedule[] = [
  mostOften,
  { name: 'daily', period: day, anchor: new Date('1970-01-01T06:00:00Z') },
  { name: 'weekly', period: 7 * day, anchor: new Date('1970-01-05T06:00:00Z') },
]

/** Builds at the first poll and whenever the rule says so. */
export function replay(history: History, schedule: Schedule, rebuilds: RebuildRule): Tally {
  const [first, ...polls] = pollsOf(history, schedule)
  let lastBuild = first
  let needless = 0
  let missed = 0
  const lags: number[] = []
  for (const now of polls) {
    const isStale = now.base.platformDigest !== lastBuild.base.platformDigest
    if (rebuilds(now, lastBuild)) {
      if (isStale) lags.push(now.at.getTime() - staleSince(history, lastBuild).getTime())
      else needless += 1
      lastBuild = now
    } else if (isStale) missed += 1
  }
  const meanLagHours = lags.reduce((sum, lag) => sum + lag, 0) / lags.length / hour
  return { rebuilds: lags.length + needless, needless, missed, meanLagHours }
}

function pollsOf({ states }: History, { period, anchor }: Schedule): [Poll, ...Poll[]] {
  const [first] = states
  const last = states.at(-1) ?? first
  const start = anchor.getTime() + Math.ceil((first.movedAt.getTime() - anchor.getTime()) / period) * period
  const count = Math.floor((last.movedAt.getTime() + afterwards - start) / period)
  let index = 0
  const pollAt = (time: number): Poll => {
    while ((states[index + 1]?.movedAt.getTime() ?? Infinity) <= time) index += 1
    return { at: new Date(time), base: states[index] ?? first }
  }
  return [pollAt(start), ...Array.from({ length: count }, (_, poll) => pollAt(start + (poll + 1) * period))]
}

function staleSince({ states }: History, lastBuild: Poll): Date {
  const next = states.find(
    ({ movedAt, platformDigest }) => movedAt > lastBuild.at && platformDigest !== lastBuild.base.platformDigest,
  )
  return next?.movedAt ?? lastBuild.at
}
