/** Something of the build context cannot be read, or not be sent to the engine. */
export class ContextError extends Error {
  override readonly name = 'ContextError'
  readonly doing: 'list' | 'hash' | 'send'
  /** Absolute path of the file or folder. */
  readonly path: string
  readonly reason: string

  constructor({ doing, path, reason }: Pick<ContextError, 'doing' | 'path' | 'reason'>, options?: ErrorOptions) {
    super(`${doing} ${path}: ${reason}`, options)
    this.doing = doing
    this.path = path
    this.reason = reason
  }
}
