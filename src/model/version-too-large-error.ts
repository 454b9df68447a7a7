/** A number of a version is beyond what can be compared. */
export class VersionTooLargeError extends Error {
  override readonly name = 'VersionTooLargeError'
  /** The version, or its tag. */
  readonly version: string

  constructor(version: string) {
    super(version)
    this.version = version
  }
}
