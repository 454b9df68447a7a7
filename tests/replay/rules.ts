import { judge } from '../../src/check/judge.ts'
import type { Policy } from '../../src/check/policy.ts'
import { formatReference } from '../../src/model/reference.ts'
import { amd64, anOrigin, aspnet } from '../support/builders.ts'
import type { BaseState, RebuildRule } from './replay.ts'

export interface NamedRule {
  readonly name: string
  readonly rebuilds: RebuildRule
}

/** The rules that are set side by side, the product's own first. */
export const rules: readonly NamedRule[] = [
  { name: 'digest', rebuilds: productRule({ compareBy: 'digest' }) },
  { name: 'push date', rebuilds: productRule({ compareBy: 'pushDate' }) },
  { name: 'index digest alone', rebuilds: (now, lastBuild) => now.base.digest !== lastBuild.base.digest },
  { name: 'calendar day', rebuilds: calendarDay({ hoursAheadOfUtc: 0 }) },
]

/** What dates cannot see: the same rules where a release is pushed later than its base was read, or far from UTC. */
export const rulesInHardPlaces: readonly NamedRule[] = [
  { name: 'digest, pushed a day after the check', rebuilds: productRule({ compareBy: 'digest', hoursUntilPush: 24 }) },
  {
    name: 'push date, pushed a day after the check',
    rebuilds: productRule({ compareBy: 'pushDate', hoursUntilPush: 24 }),
  },
  { name: 'calendar day, agent at UTC+9', rebuilds: calendarDay({ hoursAheadOfUtc: 9 }) },
]

interface ProductOptions {
  readonly compareBy: Policy['compareBy']
  /** How long a release is built, tested and approved; 0 if not given. */
  readonly hoursUntilPush?: number
  /** The date that the catalogue gives; that of the tag's last move, for whatever platform, if not given. */
  readonly catalogueDate?: (base: BaseState) => Date
}

/** The product's own decision, as it stands in src/check/judge.ts. */
export function productRule(options: ProductOptions): RebuildRule {
  const { compareBy, hoursUntilPush = 0, catalogueDate = tagMovedAt } = options
  const policy: Policy = {
    compareBy,
    rebuildOnContextChange: false,
    whenUnverifiable: 'fail',
    whenTagsBehind: 'ignore',
  }
  return (now, lastBuild) => {
    const { digest: baseDigest, platformDigest: basePlatformDigest } = lastBuild.base
    const { digest, platformDigest } = now.base
    const verdict = judge({
      forced: false,
      run: 'replay',
      isRepeated: false,
      platform: amd64,
      baseName: formatReference(aspnet),
      policy,
      now: now.at,
      release: {
        origin: anOrigin({ baseDigest, basePlatformDigest, run: 'replay' }),
        pushedAt: hoursAfter(lastBuild.at, hoursUntilPush),
        bookmark: 'on-it',
        latest: 'on-it',
      },
      base: { digest, platformDigest, movedAt: catalogueDate(now.base) },
    })
    if (verdict.kind === 'rebuild' || verdict.kind === 'up-to-date') return verdict.kind === 'rebuild'
    throw new Error(`The replay tells everything, and yet the verdict is "${verdict.kind}".`)
  }
}

/**
 * The rule of the well-known scripts: rebuild unless the day of our push is after the day of the tag's last move. They
 * read the day of the move in UTC, and that of the push in the agent's own time.
 */
export function calendarDay({ hoursAheadOfUtc }: { readonly hoursAheadOfUtc: number }): RebuildRule {
  return (now, lastBuild) => !(dayOf(hoursAfter(lastBuild.at, hoursAheadOfUtc)) > dayOf(now.base.movedAt))
}

function tagMovedAt({ movedAt }: BaseState): Date {
  return movedAt
}

function hoursAfter(instant: Date, hours: number): Date {
  return new Date(instant.getTime() + hours * 60 * 60 * 1000)
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 'yyyy-mm-dd'.length)
}
