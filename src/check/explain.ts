import { shortDigest } from '../model/digest.ts'
import { formatReference } from '../model/reference.ts'
import type { Decision } from './decision.ts'

/** Why a verdict is what it is, in one sentence. */
export function explain({ line, verdict, current, base, previousBase }: Omit<Decision, 'explanation'>): string {
  const name = formatReference(base.reference)
  const now = shortDigest(base.digest)
  const release = current?.tag ?? ''
  if (verdict.kind !== 'rebuild') {
    const unfinished = verdict.kind === 'unfinished' ? ' Its publish was interrupted and is to be finished.' : ''
    switch (verdict.rule) {
      case 'index-digest':
        return `${release} is built on ${name} ${now}, which the tag still names.${unfinished}`
      case 'platform-digest':
        return `${name} moved to ${now}, but only for other platforms than that of ${release}.${unfinished}`
    }
  }
  switch (verdict.reason) {
    case 'forced':
      return `A release was asked for; the base ${name} is ${now}${versions(previousBase.version, base.version)}.`
    case 'first-release':
      return `${line.repositoryName} has no release of this line yet; the base ${name} is ${now}${versions(undefined, base.version)}.`
    case 'platform-changed':
      return `${release} was built for another platform.`
    case 'unverifiable':
      return `${release} carries no record of what it was built on; the base ${name} is ${now}.`
    case 'base-moved': {
      const before = previousBase.digest === undefined ? 'an unknown digest' : shortDigest(previousBase.digest)
      return `The base ${name} moved ${before} -> ${now}${versions(previousBase.version, base.version)}.`
    }
  }
}

/**
 * One log line that holds the whole decision:
 * `10.0-noble  rebuild  The base mcr.microsoft.com/dotnet/aspnet:10.0 moved sha256:1a2b... -> sha256:9f8e... (was 10.0.13, is 10.0.14). Next is 10.0-noble-1.1.0.`
 */
export function decisionLine({ line, verdict, explanation, next }: Decision): string {
  const answer = { rebuild: 'rebuild', unfinished: 'retag', 'up-to-date': 'up to date' }[verdict.kind]
  return `${line.tagPrefix}  ${answer}  ${explanation}${next === undefined ? '' : ` Next is ${next.tag}.`}`
}

function versions(before: string | undefined, now: string | undefined): string {
  if (now === undefined) return ''
  return before === undefined || before === now ? ` (.NET ${now})` : ` (was ${before}, is ${now})`
}
