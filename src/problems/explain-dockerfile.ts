import { InvalidDockerfileError } from '../dockerfile/invalid-dockerfile-error.ts'
import type { Problem } from './problem.ts'

/** Dockerfiles that no builder takes, or whose base cannot be told. */
export function explainDockerfile(error: unknown): Problem | undefined {
  if (!(error instanceof InvalidDockerfileError)) return undefined
  return { code: 'dockerfile-invalid', reason: error.message, advice: [] }
}
