import type { ContainerExit } from './engine.ts'
import type { BuildWarning } from './find-warnings.ts'

/** What an application did, or did not do, on the platform image. */
export type TestFailure =
  /** Its container could not even start. */
  | { readonly what: 'not-started'; readonly exit: ContainerExit }
  | { readonly what: 'ended-badly'; readonly exit: ContainerExit }
  /** It still runs after so many seconds. */
  | { readonly what: 'does-not-end'; readonly timeLimit: number }
  /** It ended before it answered `GET /health`. */
  | { readonly what: 'ended-early'; readonly exit: ContainerExit; readonly asked: string }
  /** It gave the same error for so many seconds. */
  | { readonly what: 'steady-error'; readonly asked: string; readonly status: number; readonly seconds: number }
  | NoExpectedAnswer
  | { readonly what: 'build-warnings'; readonly warnings: readonly BuildWarning[] }

interface NoExpectedAnswer {
  readonly what: 'no-expected-answer'
  readonly asked: string
  /** `200-299, 404`. */
  readonly wanted: string
  /** Seconds. */
  readonly timeLimit: number
  /** What it gave: `no answer (ECONNRESET) 40 times, then 404`. */
  readonly given: string
  /** Where nothing ever came: the port that was asked, and those that the image declares, `80/tcp`. */
  readonly silent?: { readonly port: number; readonly declared: readonly string[] }
}

/** The application did not do what it should. `details` are lines for who looks for the cause, cleaned. */
export class TestFailedError extends Error {
  override readonly name = 'TestFailedError'
  readonly failure: TestFailure
  readonly details: readonly string[]

  constructor(failure: TestFailure, details: readonly string[] = []) {
    super(failure.what)
    this.failure = failure
    this.details = details
  }
}
