/** A place in a YAML file; line and column count from 1. */
export interface Position {
  /** Path of the file, relative to the root of the sources. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A pipeline that cannot be expanded; the message starts with `file:line:column`. */
export class PipelineError extends Error {
  constructor(at: Position, problem: string) {
    super(`${formatPosition(at)}: ${problem}`)
    this.name = 'PipelineError'
  }
}

/** `file:line:column`. */
export function formatPosition({ file, line, column }: Position): string {
  return `${file}:${String(line)}:${String(column)}`
}
