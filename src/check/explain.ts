import { type Digest, shortDigest } from '../model/digest.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import type { Reason, RetagReason, Rule } from '../model/verdict.ts'
import type { Decision } from './decision.ts'

type Explained = Omit<Decision, 'explanation' | 'notes'>

/** Why a verdict is what it is, in one sentence. */
export function explain(decision: Explained): string {
  const { verdict } = decision
  switch (verdict.kind) {
    case 'rebuild':
      return explainReason(verdict.reason, decision)
    case 'up-to-date':
      return explainRule(verdict.rule, decision)
    case 'retag':
      return `${explainRule(verdict.rule, decision)} ${explainRetag(verdict.reason)}`
    case 'not-judged':
      return `The release line could not be looked at; ${bothBases(decision)}.`
  }
}

function explainRetag(reason: RetagReason): string {
  switch (reason) {
    case 'unfinished-publish':
      return 'Its publish was interrupted and is to be finished.'
    case 'tags-behind':
      return 'The tag "latest" is behind and is to be moved.'
    case 'repeated-run':
      return 'This run published it already; its tags are looked at again.'
  }
}

function explainRule(rule: Rule, decision: Explained): string {
  const { current, base, previousBase } = decision
  const name = formatReference(base.reference)
  const release = current?.tag ?? ''
  const now = `${name} ${short(base.digest)}${versions(undefined, previousBase.version)}`
  switch (rule) {
    case 'index-digest':
      return base.reference.digest === undefined
        ? `${release} is built on ${now}, which the tag still names.`
        : `${release} is built on ${name}${versions(undefined, previousBase.version)}, which the Dockerfile pins.`
    case 'platform-digest':
      return `${name} moved ${short(previousBase.digest)} -> ${short(base.digest)}, but only for other platforms than ${formatPlatform(base.platform)}, that of ${release}${versions(undefined, previousBase.version)}.`
    case 'layers':
      return `${release} carries no record, but its layers and history begin with those of ${now}.`
    case 'push-date':
      return `${release} was pushed after ${name} moved last, by the catalogue's dates.`
    case 'kept':
      return `${release} cannot be compared with ${name}, and is kept as the input "whenUnverifiable" says.`
  }
}

function explainReason(reason: Reason, decision: Explained): string {
  const { releaseLine, current, base, previousBase } = decision
  const release = current?.tag ?? ''
  switch (reason) {
    case 'forced':
      return `A release was asked for; ${bothBases(decision)}.`
    case 'first-release':
      return `${releaseLine.repositoryName} has no release with this tag prefix yet; ${bothBases(decision)}.`
    case 'platform-changed':
      if (previousBase.platform === undefined) {
        return `${release} does not tell which platform it was built for, and this check is for ${formatPlatform(base.platform)}.`
      }
      return `${release} was built for ${previousBase.platform}, and this check is for ${formatPlatform(base.platform)}; where both are wanted, give each its own "tagPrefix", since with the same one they would replace each other at every run.`
    case 'unverifiable':
      return `${release} carries no record of what it was built on, and its layers do not tell; ${bothBases(decision)}.`
    case 'context-changed':
      return `The files, the target or the build arguments changed since ${release}; ${bothBases(decision)}.`
    case 'max-age':
      return `${release} is older than the input "maxAgeDays" allows; ${bothBases(decision)}.`
    case 'base-moved':
      return explainMove(release, decision)
  }
}

/** The base as it was and as it is, as far as that is known. */
function bothBases({ previousBase, base }: Explained): string {
  const isSame = previousBase.digest === undefined || previousBase.digest === base.digest
  const verb = isSame ? 'is' : `went ${short(previousBase.digest)} ->`
  const now = `${short(base.digest)}${versions(previousBase.version, base.version)}`
  return `the base ${formatReference(base.reference)} ${verb} ${now}`
}

function explainMove(release: string, { previousBase: before, base }: Explained): string {
  const name = formatReference(base.reference)
  const now = `${short(base.digest)}${versions(before.version, base.version)}`
  if (before.name !== undefined && before.name !== name) {
    return `The base is ${name} ${now}; ${release} was built on another one, ${before.name} ${short(before.digest)}.`
  }
  const isOfOtherDigest = before.digest !== undefined && before.digest !== base.digest
  return isOfOtherDigest
    ? `The base ${name} moved ${short(before.digest)} -> ${now}.`
    : `The base ${name} moved since ${release}; it is ${now}.`
}

/**
 * One log line that holds the whole decision:
 * `10.0-noble  rebuild  The base mcr.microsoft.com/dotnet/aspnet:10.0 moved sha256:1a2b... -> sha256:9f8e... (was 10.0.13, is 10.0.14). Next is 10.0-noble-1.1.0.`
 */
export function formatDecision({ releaseLine, purpose, verdict, explanation, next }: Decision): string {
  const answers = { rebuild: 'rebuild', retag: 'retag', 'up-to-date': 'up to date', 'not-judged': 'not judged' }
  const nextIs = purpose.kind === 'release' ? 'Next is' : 'Next would be'
  const sentences = [
    explanation,
    ...(next === undefined ? [] : [`${nextIs} ${next.tag}.`]),
    ...(purpose.kind === 'release' ? [] : [`${purposeWords[purpose.kind]}: ${purpose.because}.`]),
  ]
  return `${releaseLine.tagPrefix}  ${answers[verdict.kind]}  ${sentences.join(' ')}`
}

const purposeWords = { validate: 'This run only validates', plan: 'This run only plans' } as const

function short(digest: Digest | undefined): string {
  return digest === undefined ? 'an unknown digest' : shortDigest(digest)
}

function versions(before: string | undefined, now: string | undefined): string {
  if (now === undefined) return ''
  return before === undefined || before === now ? ` (.NET ${now})` : ` (was ${before}, is ${now})`
}
