import { BuildFailedError } from '../dockerfile-build/builder.ts'
import type { CheckName } from './test-mode.ts'
import { TestFailedError } from './test-failed-error.ts'

/** What is told of one claim about the platform image. */
export interface TestCheck {
  readonly name: CheckName
  readonly seconds: number
  readonly outcome: CheckOutcome
}

export type CheckOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly message: string; readonly details: readonly string[] }
  /** It did not come to it. */
  | { readonly kind: 'skipped' }

/** Keeps what comes of each check, for reports that are written also when the test fails. */
export interface CheckRecorder {
  /** Does the work of a planned check, or the next part of it. What it throws is kept, and thrown on. */
  attempt<T>(name: CheckName, work: () => Promise<T>): Promise<T>
  /** All planned checks, in the order of the plan. */
  checks(): readonly TestCheck[]
}

export interface Recording {
  /** The words for a failure. */
  readonly tell: (error: unknown) => string
  /** Takes out what must not leave the log: reports are files, which no agent masks. */
  readonly hideSecrets: (text: string) => string
  /** Milliseconds. */
  readonly now?: () => number
}

export function recordChecks(
  plan: readonly CheckName[],
  { tell, hideSecrets, now = () => performance.now() }: Recording,
): CheckRecorder {
  const recorded = new Map<CheckName, TestCheck>()
  return {
    async attempt(name, work) {
      const started = now()
      const before = recorded.get(name)?.seconds ?? 0
      const record = (outcome: CheckOutcome) => {
        recorded.set(name, { name, seconds: before + (now() - started) / 1000, outcome })
      }
      try {
        const result = await work()
        record({ kind: 'passed' })
        return result
      } catch (error) {
        record({ kind: 'failed', message: hideSecrets(tell(error)), details: detailsOf(error).map(hideSecrets) })
        throw error
      }
    },
    checks: () => plan.map((name) => recorded.get(name) ?? { name, seconds: 0, outcome: { kind: 'skipped' } }),
  }
}

/** Lines for who looks for the cause of a failure. */
function detailsOf(error: unknown): readonly string[] {
  if (error instanceof TestFailedError) return error.details
  return error instanceof BuildFailedError ? error.output : []
}
