/** The application did not do what it should. `details` are lines for who looks for the cause, cleaned. */
export class TestFailedError extends Error {
  override readonly name = 'TestFailedError'
  readonly details: readonly string[]

  constructor(message: string, details: readonly string[] = []) {
    super(message)
    this.details = details
  }
}
