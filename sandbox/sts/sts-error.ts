/** An answer of STS that is an error: HTTP status, the code that clients match on, and its own text. */
export class StsError extends Error {
  override readonly name = 'StsError'
  /** Such as `AccessDenied`. */
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 403) {
    super(message)
    this.code = code
    this.status = status
  }
}
