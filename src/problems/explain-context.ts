import { ContextError } from '../build-context/context-error.ts'
import type { Problem } from './problem.ts'

/** Files of a build context. */
export function explainContext(error: unknown): Problem | undefined {
  if (!(error instanceof ContextError)) return undefined
  const { doing, path, reason } = error
  const attempts = {
    list: `Cannot read the build context ${path}`,
    hash: `Cannot read ${path} to compare the build context`,
    send: `Cannot send ${path} to the engine`,
  }
  return { code: 'context-unreadable', attempt: attempts[doing], reason, advice: [] }
}
