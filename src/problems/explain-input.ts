import { invalidInput } from '../model/invalid-input.ts'
import type { Problem } from './problem.ts'

/** What a person gave. */
export function explainInput(error: unknown): Problem | undefined {
  if (error instanceof InvalidInput) {
    return { code: 'input-invalid', reason: `The input "${error.field}" ${error.reason}`, advice: error.advice }
  }
  return undefined
}
