import { harmless } from '../model/printable.ts'
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
  const first = [attempt, reason].map((part) => bare(part ?? '')).filter(Boolean)
  const sentences = [first.join(': '), ...advice.map(bare)].filter(Boolean)
  return `${sentences.map(sentence).join(' ')} [${code}]`
}

/** Characters of one part. Words of others may be without end. */
const longestPart = 1500

/** One line without a full stop: what others wrote may bring several of both, and anything else. */
function bare(text: string): string {
  const line = harmless(text.slice(0, 10 * longestPart))
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (line.length > longestPart) return `${line.slice(0, longestPart - 1)}…`
  return line.replace(/(?<![.,;: ])[.,;: ]+$/, '')
}

/** What ends in a mark, also inside of quotes or brackets, gets no other. */
function sentence(text: string): string {
  return /[!?…]$|[.!?]["')]$/.test(text) ? text : `${text}.`
}
