/**
 * Why somebody outside did not do what was asked. `outage`: they could not be asked or had too much to do, so the same
 * run may end well later. `refusal`: they said no, or something else, and will do so again.
 */
export type FailureKind = 'outage' | 'refusal'

/** Whether an error says that somebody could not be asked, rather than that they said no. */
export function isOutage(error: unknown): error is Error {
  return error instanceof Error && 'kind' in error && error.kind === 'outage'
}
