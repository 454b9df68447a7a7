import type { Reference } from '../model/reference.ts'
import type { SupportDates } from './support-dates.ts'

/** What a platform team wants to hear of the end of support, and when. */
export interface SupportPolicy {
  readonly dates: SupportDates
  /** How many days before the end the warnings begin. */
  readonly warningDays: number
  readonly whenOutOfSupport: 'warn' | 'fail' | 'ignore'
}

/** How long the .NET of an image is supported. `dotnet` is its version, `10.0`; days are written `2028-11-14`. */
export type Support =
  | { readonly kind: 'supported'; readonly dotnet: string; readonly lastDay: string; readonly daysLeft: number }
  | { readonly kind: 'ended'; readonly dotnet: string; readonly lastDay: string }
  /** The dates do not name this version. */
  | { readonly kind: 'unknown'; readonly dotnet: string }

/** What is known of an image's .NET. */
export interface DotnetFacts {
  readonly base: Reference
  /** What the image says, `10.0.14`. */
  readonly version: string | undefined
  readonly now: Date
}

const day = 24 * 60 * 60 * 1000

/** Says how long an image's .NET is supported; undefined where nothing tells that it has one. The last day counts whole, in UTC. */
export function judgeSupport({ base, version, now }: DotnetFacts, dates: SupportDates): Support | undefined {
  const dotnet = findRelease(version) ?? (isDotnet(base) ? findRelease(base.tag) : undefined)
  if (dotnet === undefined) return undefined
  const lastDay = dates.get(dotnet)
  if (lastDay === undefined) return { kind: 'unknown', dotnet }
  const daysLeft = Date.parse(lastDay) / day - Math.floor(now.getTime() / day)
  return daysLeft < 0 ? { kind: 'ended', dotnet, lastDay } : { kind: 'supported', dotnet, lastDay, daysLeft }
}

/** The last day of support, where it is known. */
export function endOfSupport(support: Support | undefined): string | undefined {
  return support === undefined || support.kind === 'unknown' ? undefined : support.lastDay
}

/** `10.0` of `10.0.14`, and of the tag `10.0-noble`. */
function findRelease(version: string | undefined): string | undefined {
  return /^(\d{1,3}\.\d{1,3})(?=[.+-]|$)/.exec(version ?? '')?.[1]
}

/** Whether the tags of a base are versions of .NET; so are those of copies. Images below the runtime do not tell a version. */
function isDotnet({ repository }: Reference): boolean {
  return /(^|\/)dotnet\/(core\/|nightly\/)?(runtime-deps|runtime|aspnet|sdk)$/.test(repository)
}
