import type { Decision } from '../../src/check/decision.ts'
import { endOfSupport } from '../../src/check/judge-support.ts'
import { serializeDecision } from '../../src/check/serialize-decision.ts'
import { serializeBuildRecord } from '../../src/model/build-record.ts'
import { formatReference } from '../../src/model/reference.ts'
import { actionOf, reasonOf } from '../../src/model/verdict.ts'
import type { Outputs } from '../../src/pipelines/form.ts'
import { checkTask } from './form.ts'

/** What a check answers; the rest is said before. */
type Answer = Omit<Outputs<typeof checkTask>, 'started' | 'purpose'>

/** The output variables of a check; what does not apply is empty. */
export function decisionOutputs(decision: Decision): Answer {
  const { purpose, verdict, explanation, current, next, record, base, previousBase } = decision
  const { repositoryExists, support } = decision
  const action = actionOf(verdict, purpose.kind)
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
    endOfSupport: endOfSupport(support),
    supportEndedOn: support?.kind === 'ended' ? support.lastDay : undefined,
    repositoryExists,
    buildRecord: record && serializeBuildRecord(record),
    decision: serializeDecision(decision),
  }
}

/**
 * Where nobody could be asked and that is only to warn: nothing to do, but never "up to date". What is not known is set
 * too: a variable that is never set would stay in the text of a step as it is written.
 */
export function checkFailedOutputs(explanation: string): Partial<Answer> {
  const answers = checkTask.outputs.filter((name) => name !== 'started' && name !== 'purpose')
  const unknown: Partial<Answer> = Object.fromEntries(answers.map((name) => [name, undefined]))
  return { ...unknown, action: 'none', updateNeeded: false, reason: 'check-failed', explanation }
}
