/**
 * Whether an error says that somebody could not be asked, rather than that they said no: no answer, too many requests,
 * trouble on their side. The errors of the adapters carry it as `isRetryable`.
 */
export function isRetryable(error: unknown): error is Error {
  return error instanceof Error && 'isRetryable' in error && error.isRetryable === true
}
