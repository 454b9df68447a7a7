import type { Decision } from '../../src/check/decision.ts'
import { serializeBuildRecord } from '../../src/model/build-record.ts'
import { formatReference } from '../../src/model/reference.ts'
import { actionOf, type Verdict } from '../../src/model/verdict.ts'

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
  }
}

function reasonOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'rebuild':
      return verdict.reason
    case 'unfinished':
      return 'unfinished-publish'
    case 'up-to-date':
      return verdict.rule
  }
}
