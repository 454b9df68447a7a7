import { CheckError } from '../check/check-error.ts'
import { formatReference } from '../model/reference.ts'
import type { Problem } from './problem.ts'
import type { Words } from './words.ts'

/** Checks that come to no verdict, and what they do not believe. */
export function explainCheck(error: unknown, words: Words): Problem | undefined {
  if (!(error instanceof CheckError)) return undefined
  const { fault } = error
  switch (fault.what) {
    case 'no-push-date': {
      const reason = `ECR does not say when ${fault.tag} was pushed`
      return { code: 'not-ecr', reason, advice: ["Check the agent's network for a proxy in between"] }
    }
    case 'unverifiable': {
      const attempt = `Cannot tell whether ${fault.tag} is built on ${formatReference(fault.base)}`
      const reason = 'it carries no record, and its layers do not compare'
      const advice = words.whenUnverifiable === undefined ? [] : [`Set ${words.whenUnverifiable} to rebuild or keep`]
      return { code: 'release-unverifiable', attempt, reason, advice }
    }
    case 'out-of-support': {
      const attempt = `Cannot keep an image on ${formatReference(fault.base)} safe`
      const reason = `support of .NET ${fault.dotnet} ended on ${fault.lastDay}`
      const settings =
        words.whenOutOfSupport === undefined ? [] : [`To carry on meanwhile, set ${words.whenOutOfSupport} to warn`]
      return { code: 'base-out-of-support', attempt, reason, advice: ['Move to a newer version', ...settings] }
    }
    case 'unbelievable-label': {
      const reason = `The label ${fault.label} of ${fault.tag} is not what BuildTest writes, and counts as absent`
      return { code: 'label-not-believed', reason, advice: ['Check who may push to the repository'] }
    }
  }
}
