import type { VertexLog } from './build-trace.ts'
import { type LineSplitter, lineSplitter } from '../line-splitter.ts'

const keptLines = 50
/** Far above what is shown of a line, so that a secret is cut only where nobody sees it. */
const longestPendingLine = 16_384

/** What the steps of a build print. */
export interface BuildOutput {
  /** Takes a piece of it. */
  push(log: VertexLog): void
  /** Gives out what was printed without a line end. */
  end(): void
  /** The last 50 lines of a step. */
  lastLines(vertex: string): readonly string[]
}

/** Puts lines together, those of stdout and stderr apart; `onLine` gets each and says how it is kept. */
export function collectBuildOutput(onLine: (vertex: string, line: string) => string): BuildOutput {
  const splitters = new Map<string, { readonly vertex: string; readonly splitter: LineSplitter }>()
  const printed = new Map<string, string[]>()

  function keep(vertex: string, line: string): void {
    const lines = [...(printed.get(vertex) ?? []), onLine(vertex, line)]
    printed.set(vertex, lines.slice(-keptLines))
  }

  return {
    push({ vertex, stream, bytes }) {
      const key = `${vertex} ${String(stream)}`
      const { splitter } = splitters.get(key) ?? { splitter: lineSplitter(longestPendingLine) }
      splitters.set(key, { vertex, splitter })
      for (const line of splitter.push(bytes)) keep(vertex, line)
    },
    end() {
      for (const { vertex, splitter } of splitters.values()) {
        for (const line of splitter.end()) keep(vertex, line)
      }
    },
    lastLines: (vertex) => printed.get(vertex) ?? [],
  }
}
