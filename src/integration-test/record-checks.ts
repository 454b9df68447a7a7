import { BuildFailedError } from '../dockerfile-build/builder.ts'
import { TestFailedError } from './test-failed-error.ts'

/** What is told of one claim about the platform image. */
export interface TestCheck {
  readonly name: string
  readonly seconds: number
  readonly outcome: CheckOutcome
}

export type CheckOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly message: string; readonly details: readonly string[] }
  /** It did not come to it. */
  | { readonly kind: 'skipped' }

/** Keeps what comes of each case, for reports that are written also when the test fails. */
export interface CheckRecorder {
  /** Does the work of a planned case, or the next part of it. What it throws is kept, and thrown on. */
  attempt<T>(name: string, work: () => Promise<T>): Promise<T>
  /** All planned cases, in the order of the plan. */
  checks(): readonly TestCheck[]
}

export interface Recording {
  /** Takes out what must not leave the log: reports are files, which no agent masks. */
  readonly hideSecrets: (text: string) => string
  /** Milliseconds. */
  readonly now?: () => number
}

export function recordChecks(
  plan: readonly string[],
  { hideSecrets, now = () => performance.now() }: Recording,
): CheckRecorder {
  const recorded = new Map<string, TestCheck>()
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
        const message = error instanceof Error ? error.message : String(error)
        record({ kind: 'failed', message: hideSecrets(message), details: detailsOf(error).map(hideSecrets) })
        throw error
      }
    },
    checks: () => plan.map((name) => recorded.get(name) ?? { name, seconds: 0, outcome: { kind: 'skipped' } }),
  }
}

function detailsOf(error: unknown): readonly string[] {
  if (error instanceof TestFailedError) return error.details
  return error instanceof BuildFailedError ? error.output : []
}
