import type { BuildProgress } from '../build/engine.ts'
import { readBuildTrace, type Vertex, type VertexLog } from './build-trace.ts'
import { type LineSplitter, lineSplitter } from './line-splitter.ts'
import { cleanLine } from '../model/clean-line.ts'

const keptLines = 30
const longestPendingLine = 16_384

/** A step that failed, with the last lines that it printed. */
interface FailedStep {
  readonly name: string
  readonly reason: string
  readonly output: readonly string[]
}

/** Follows one build by what BuildKit tells about it. */
export interface BuildFollower {
  /** Takes the `aux` of one `moby.buildkit.trace` message. */
  read(aux: string): void
  /** Gives out what was printed without a line end. */
  end(): void
  /** The step that made the build fail with this reason; undefined where it failed outside of any. */
  failedStep(reason: string): FailedStep | undefined
}

/** Tells each step once, as it ends; a step that failed is not told but kept. */
export function followBuild(onProgress: (progress: BuildProgress) => void): BuildFollower {
  const ended = new Set<string>()
  const failed: Vertex[] = []
  const splitters = new Map<string, { readonly vertex: string; readonly splitter: LineSplitter }>()
  const printed = new Map<string, string[]>()

  function tellVertex(vertex: Vertex): void {
    if (vertex.completed === undefined || ended.has(vertex.digest)) return
    ended.add(vertex.digest)
    if (vertex.error !== '') {
      failed.push(vertex)
      return
    }
    const seconds = Math.round(vertex.completed - (vertex.started ?? vertex.completed)) / 1000
    onProgress({ kind: 'step', name: cleanLine(vertex.name), seconds, cached: vertex.cached })
  }

  function tellLine(vertex: string, raw: string): void {
    const line = cleanLine(raw)
    const lines = printed.get(vertex) ?? []
    lines.push(line)
    printed.set(vertex, lines.slice(-keptLines))
    onProgress({ kind: 'output', line })
  }

  function tellLog({ vertex, stream, bytes }: VertexLog): void {
    const key = `${vertex} ${String(stream)}`
    const { splitter } = splitters.get(key) ?? { splitter: lineSplitter(longestPendingLine) }
    splitters.set(key, { vertex, splitter })
    for (const line of splitter.push(bytes)) tellLine(vertex, line)
  }

  return {
    read(aux) {
      const { vertexes, logs, warnings } = readBuildTrace(aux)
      for (const log of logs) tellLog(log)
      for (const vertex of vertexes) tellVertex(vertex)
      for (const { message, line } of warnings) {
        const warning = { kind: 'warning', message: cleanLine(message) } as const
        onProgress(line === undefined ? warning : { ...warning, line })
      }
    },
    end() {
      for (const { vertex, splitter } of splitters.values()) {
        for (const line of splitter.end()) tellLine(vertex, line)
      }
    },
    failedStep(reason) {
      // Steps that ran beside the failed one end with errors too: they were cancelled.
      const vertex = failed.find(({ error }) => reason.includes(error)) ?? failed[0]
      if (vertex === undefined) return undefined
      return { name: cleanLine(vertex.name), reason: cleanLine(vertex.error), output: printed.get(vertex.digest) ?? [] }
    },
  }
}
