import { shortDigest } from '../model/digest.ts'
import { formatReference } from '../model/reference.ts'
import type { Decision } from './decision.ts'

/**
 * One line that holds the whole decision:
 * `10.0-noble  rebuild  base mcr.microsoft.com/dotnet/aspnet:10.0 moved sha256:1a2b... -> sha256:9f8e... (was 10.0.13, is 10.0.14); next is 10.0-noble-1.1.0`
 */
export function explain(decision: Omit<Decision, 'explanation'>): string {
  const next = decision.next === undefined ? '' : `; next is ${decision.next.tag}`
  const answer = decision.verdict.kind === 'rebuild' ? 'rebuild' : 'up to date'
  return `${decision.line.tagPrefix}  ${answer}  ${because(decision)}${next}`
}

function because({ line, verdict, current, base, previousBase }: Omit<Decision, 'explanation'>): string {
  const name = formatReference(base.reference)
  const now = shortDigest(base.digest)
  if (verdict.kind === 'up-to-date') {
    switch (verdict.rule) {
      case 'index-digest':
        return `${current?.tag ?? ''} was built on ${name} ${now}, which is what the tag names now`
      case 'platform-digest':
        return `${name} moved to ${now} for other platforms only; ${current?.tag ?? ''} stands on the image of its own platform`
    }
  }
  switch (verdict.reason) {
    case 'forced':
      return `asked for; base ${name} is ${now}${versions(previousBase.version, base.version)}`
    case 'first-release':
      return `${line.repositoryName} has no release of this line yet; base ${name} is ${now}${versions(undefined, base.version)}`
    case 'platform-changed':
      return `${current?.tag ?? ''} was built for another platform`
    case 'unverifiable':
      return `${current?.tag ?? ''} carries no record of what it was built on; base ${name} is ${now}`
    case 'base-moved': {
      const before = previousBase.digest === undefined ? 'an unknown digest' : shortDigest(previousBase.digest)
      return `base ${name} moved ${before} -> ${now}${versions(previousBase.version, base.version)}`
    }
  }
}

function versions(before: string | undefined, now: string | undefined): string {
  if (now === undefined) return ''
  return before === undefined || before === now ? ` (.NET ${now})` : ` (was ${before}, is ${now})`
}
