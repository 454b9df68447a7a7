import { InvalidInput } from '../model/invalid-input.ts'
import { StepError } from '../model/step-error.ts'
import { VersionTooLargeError } from '../model/version-too-large-error.ts'
import type { Problem } from './problem.ts'

const codes = {
  invalid: 'input-invalid',
  missing: 'input-missing',
  'unknown-variable': 'input-variable-unknown',
  secret: 'input-holds-secret',
  outside: 'path-leaves-workspace',
  'other-images': 'archive-other-images',
} as const

/** What a person gave, and what ends any step. */
export function explainInput(error: unknown): Problem | undefined {
  if (error instanceof InvalidInput) {
    const { field, line, mistake, reason, advice } = error
    const subject = line === undefined ? 'The input' : `Line ${String(line)} of the input`
    return { code: codes[mistake], reason: `${subject} "${field}" ${reason}`, advice }
  }
  if (error instanceof VersionTooLargeError) {
    const reason = `The version ${error.version} has a number that is too large, so none can be above it`
    return { code: 'version-too-large', reason, advice: ['Remove its tag'] }
  }
  if (error instanceof StepError) return explainStep(error.what)
  return undefined
}

function explainStep(what: StepError['what']): Problem {
  switch (what) {
    case 'cancelled':
      return { code: 'job-cancelled', reason: 'The job was cancelled, or the step reached its time limit', advice: [] }
    case 'on-old-node':
      return {
        code: 'agent-node-too-old',
        reason: "This task needs the agent's Node 20 or later, and the agent runs it with an older one",
        advice: ['Update the agent, and its operating system if that cannot run Node 20'],
      }
    case 'on-windows':
      return {
        code: 'agent-on-windows',
        reason: 'This task runs on agents with Linux or macOS, not with Windows',
        advice: [],
      }
  }
}
