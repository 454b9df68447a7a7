/** Where a verb tells what it does. Lines are for pipeline readers, `debug` is for the project's own engineers. */
export interface Log {
  info(line: string): void
  /** Only where a person should act. */
  warning(message: string): void
  debug(line: string): void
}
