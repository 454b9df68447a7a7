import { formatPlatform } from '../model/platform.ts'
import { plainJson } from '../model/plain-json.ts'
import { formatReference } from '../model/reference.ts'
import { actionOf, reasonOf } from '../model/verdict.ts'
import type { Decision } from './decision.ts'

/** A decision as one line of JSON, for other tools; docs/architecture.md has the form. What does not apply is missing. */
export function serializeDecision(decision: Decision): string {
  const { releaseLine, verdict, explanation, repositoryExists, current, next, base, previousBase, notes } = decision
  return plainJson({
    ...releaseLine,
    action: actionOf(verdict),
    reason: reasonOf(verdict),
    explanation,
    repositoryExists,
    current,
    next: next && { version: next.version, tag: next.tag },
    base: {
      name: formatReference(base.reference),
      platform: formatPlatform(base.platform),
      digest: base.digest,
      version: base.version,
    },
    previousBase,
    notes: notes.map(({ text }) => text),
  })
}
