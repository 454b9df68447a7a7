import type { ProblemCode } from './codes.ts'

/** What a person hears of something that did not work. No part ends with a full stop: `formatProblem` sets them. */
export interface Problem {
  /** Stable, so that people can search for it; docs/troubleshooting.md has a cure for each. */
  readonly code: ProblemCode
  /** `Cannot read mcr.microsoft.com/dotnet/aspnet:10.0`; undefined where the reason says all. */
  readonly attempt?: string
  readonly reason: string
  /** What to do, a sentence each. */
  readonly advice: readonly string[]
}

/** `Cannot read mcr.microsoft.com/dotnet/aspnet:10.0: 404. There is no such tag. Check ... [base-tag-missing]` */
export function formatProblem({ code, attempt, reason, advice }: Problem): string {
  const first = attempt === undefined ? reason : `${attempt}: ${reason}`
  return `${[first, ...advice].map(sentence).join(' ')} [${code}]`
}

/** What others wrote may bring a full stop of its own. */
function sentence(text: string): string {
  const bare = text.trim().replace(/[.,;:\s]+$/, '')
  return /[!?…]$/.test(bare) ? bare : `${bare}.`
}
