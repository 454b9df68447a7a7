import type { Log, SourcePlace } from '../../src/model/log.ts'
import { told } from './problems.ts'

/** A log that keeps what it is told. */
export interface CapturedLog extends Log {
  readonly lines: readonly string[]
  readonly warnings: readonly string[]
  /** Where a person should look, of those warnings that say it. */
  readonly places: readonly SourcePlace[]
  /** Titles, with the lines that were told under each. */
  readonly groups: readonly { readonly title: string; readonly lines: readonly string[] }[]
}

export function capturedLog(): CapturedLog {
  const lines: string[] = []
  const warnings: string[] = []
  const places: SourcePlace[] = []
  const groups: { title: string; lines: string[] }[] = []
  return {
    lines,
    warnings,
    places,
    groups,
    info: (line) => lines.push(line),
    warning: (message, place) => {
      warnings.push(message)
      if (place !== undefined) places.push(place)
    },
    debug: () => undefined,
    failure: (what, error) => warnings.push(`${what}: ${told(error)}`),
    async group(title, work) {
      const before = lines.length
      try {
        return await work()
      } finally {
        groups.push({ title, lines: lines.slice(before) })
      }
    },
  }
}
