import type { Decision } from '../../src/check/decision.ts'
import { serializeDecision } from '../../src/check/serialize-decision.ts'
import { serializeBuildRecord } from '../../src/model/build-record.ts'
import { formatReference } from '../../src/model/reference.ts'
import { actionOf, reasonOf } from '../../src/model/verdict.ts'

/** The output variables of a check; what does not apply is empty. */
export function decisionOutputs(decision: Decision): Record<string, string | boolean | undefined> {
  const { verdict, explanation, current, next, base, previousBase, repositoryExists } = decision
  const action = actionOf(verdict)
  return {
    action,
    updateNeeded: action === 'release',
    reason: reasonOf(verdict),
    explanation,
    currentTag: current?.tag,
    currentDigest: current?.digest,
    nextTag: next?.tag,
    nextVersion: next?.version,
    baseImage: formatReference(base.reference),
    baseDigest: base.digest,
    baseVersion: base.version,
    previousBaseVersion: previousBase.version,
    repositoryExists,
    buildRecord: next && serializeBuildRecord(next.record),
    decision: serializeDecision(decision),
  }
}

/** Where nobody could be asked and that is only to warn: nothing to do, but never "up to date". */
export function checkFailedOutputs({ message }: Error): Record<string, string | boolean | undefined> {
  const unknown = Object.fromEntries(outputNames.map((name) => [name, undefined]))
  return { ...unknown, action: 'none', updateNeeded: false, reason: 'check-failed', explanation: message }
}

/** What else a step may ask for: a variable that is never set would stay in its text as it is written. */
const outputNames = [
  'currentTag',
  'currentDigest',
  'nextTag',
  'nextVersion',
  'baseImage',
  'baseDigest',
  'baseVersion',
  'previousBaseVersion',
  'repositoryExists',
  'buildRecord',
  'decision',
] as const
