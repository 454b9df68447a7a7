import { formatPlatform } from '../model/platform.ts'
import { plainJson } from '../model/plain-json.ts'
import { formatReference } from '../model/reference.ts'
import { actionOf, reasonOf } from '../model/verdict.ts'
import type { Decision } from './decision.ts'
import { endOfSupport } from './judge-support.ts'

/** A decision as one line of JSON, for other tools; docs/architecture.md has the form. What does not apply is missing. */
export function serializeDecision(decision: Decision): string {
  const { releaseLine, purpose, verdict, explanation, repositoryExists, current } = decision
  const { next, base, previousBase, support, notes } = decision
  return plainJson({
    ...releaseLine,
    purpose: purpose.kind,
    ...(purpose.kind === 'plan' && { planned: true }),
    action: actionOf(verdict, purpose.kind),
    reason: reasonOf(verdict),
    explanation,
    repositoryExists,
    current,
    next,
    base: {
      name: formatReference(base.reference),
      platform: formatPlatform(base.platform),
      digest: base.digest,
      version: base.version,
    },
    previousBase,
    endOfSupport: endOfSupport(support),
    notes: notes.map(({ text }) => text),
  })
}
