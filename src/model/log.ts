/** A place in a file that a person wrote. */
export interface SourcePlace {
  /** Absolute path. */
  readonly file: string
  /** Counted from 1. */
  readonly line?: number
}

/** Where a verb tells what it does. Lines are for pipeline readers, `debug` is for the project's own engineers. */
export interface Log {
  info(line: string): void
  /** Only where a person should act; `place` is where. */
  warning(message: string, place?: SourcePlace): void
  debug(line: string): void
  /** A failure beside the work, which does not change how the step ends: a warning, `<what>: <why>`. */
  failure(what: string, error: unknown): void
  /** Runs `work`; what it tells meanwhile can be folded away under the title. One group does not hold another. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
}
