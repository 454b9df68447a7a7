import type { Log } from '../../src/model/log.ts'

/** A log that keeps what it is told. */
export interface CapturedLog extends Log {
  readonly lines: readonly string[]
  readonly warnings: readonly string[]
}

export function capturedLog(): CapturedLog {
  const lines: string[] = []
  const warnings: string[] = []
  return {
    lines,
    warnings,
    info: (line) => lines.push(line),
    warning: (message) => warnings.push(message),
    debug: () => undefined,
  }
}
