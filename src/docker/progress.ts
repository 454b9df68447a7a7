import { stripVTControlCharacters } from 'node:util'
import type { BuildProgress, Transfer } from '../build/engine.ts'
import { collectBuildOutput } from './build-output.ts'
import { readBuildTrace, type Vertex, type VertexTransfer } from './build-trace.ts'
import { cleanLine } from '../model/clean-line.ts'

const quietMilliseconds = 5000

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
  /** Gives out what was printed without a line end. It has to be called, since until then a timer runs. */
  end(): void
  /** The step that made the build fail with this reason; undefined where it failed outside of any. */
  failedStep(reason: string): FailedStep | undefined
}

/**
 * Tells each step once, as it ends; a step that failed is not told but kept. Where there is nothing to tell for five
 * seconds, it tells what is running. `hide` takes secrets out of everything.
 */
export function followBuild(
  onProgress: (progress: BuildProgress) => void,
  hide = (text: string): string => text,
): BuildFollower {
  const vertexes = new Map<string, Vertex>()
  const failed: Vertex[] = []
  const transfers = sumTransfers()
  const clean = (text: string): string => cleanLine(hide(stripVTControlCharacters(text)))
  const output = collectBuildOutput((vertex, raw) => {
    const line = clean(raw)
    tell({ kind: 'output', step: clean(vertexes.get(vertex)?.name ?? ''), line })
    return line
  })
  const quiet = setInterval(tellRunning, quietMilliseconds)

  function tell(progress: BuildProgress): void {
    quiet.refresh()
    onProgress(progress)
  }

  function tellRunning(): void {
    for (const { digest, name, started, completed } of vertexes.values()) {
      if (started === undefined || completed !== undefined) continue
      const transfer = transfers.of(digest)
      const seconds = Math.max(0, Math.round((Date.now() - started) / 1000))
      onProgress({ kind: 'running', step: clean(name), seconds, ...(transfer.current > 0 && { transfer }) })
    }
  }

  function tellVertex(vertex: Vertex): void {
    const wasCompleted = vertexes.get(vertex.digest)?.completed !== undefined
    vertexes.set(vertex.digest, vertex)
    if (vertex.completed === undefined || wasCompleted) return
    if (vertex.error !== '') {
      failed.push(vertex)
      return
    }
    const seconds = Math.round(vertex.completed - (vertex.started ?? vertex.completed)) / 1000
    const { current: moved } = transfers.of(vertex.digest)
    tell({ kind: 'step', name: clean(vertex.name), seconds, cached: vertex.cached, moved })
  }

  return {
    read(aux) {
      const trace = readBuildTrace(aux)
      for (const vertex of trace.vertexes.filter(({ completed }) => completed === undefined)) tellVertex(vertex)
      for (const transfer of trace.transfers) transfers.add(transfer)
      for (const log of trace.logs) output.push(log)
      for (const vertex of trace.vertexes.filter(({ completed }) => completed !== undefined)) tellVertex(vertex)
      for (const { message, line } of trace.warnings) {
        tell({ kind: 'warning', message: clean(message), ...(line !== undefined && { line }) })
      }
    },
    end() {
      clearInterval(quiet)
      output.end()
    },
    failedStep(reason) {
      // Steps that ran beside the failed one end with errors too: they were cancelled.
      const vertex = failed.find(({ error }) => reason.includes(error)) ?? failed[0]
      if (vertex === undefined) return undefined
      return { name: clean(vertex.name), reason: clean(vertex.error), output: output.lastLines(vertex.digest) }
    },
  }
}

/** What each step has moved, of all that it moves. */
function sumTransfers() {
  const parts = new Map<string, Map<string, Transfer>>()
  return {
    add({ vertex, id, current, total }: VertexTransfer): void {
      parts.set(vertex, (parts.get(vertex) ?? new Map<string, Transfer>()).set(id, { current, total }))
    },
    of(vertex: string): Transfer {
      const all = [...(parts.get(vertex)?.values() ?? [])]
      const sum = (key: keyof Transfer) => all.reduce((bytes, part) => bytes + part[key], 0)
      return { current: sum('current'), total: sum('total') }
    },
  }
}
