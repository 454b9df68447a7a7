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
 * Tells each step as it ends, again where it begins anew; a step that failed is not told but kept. Where there is nothing to tell for five
 * seconds, it tells what is running. `hide` takes secrets out of everything.
 */
export function followBuild(
  onProgress: (progress: BuildProgress) => void,
  hide = (text: string): string => text,
): BuildFollower {
  const names = new Map<string, string>()
  const running = new Map<string, Vertex>()
  const ended = new Set<string>()
  const failed: Vertex[] = []
  const transfers = sumTransfers()
  const clean = (text: string): string => cleanLine(hide(stripVTControlCharacters(text)))
  const output = collectBuildOutput((vertex, raw) => {
    const line = clean(raw)
    tell({ kind: 'output', step: names.get(vertex) ?? '', line })
    return line
  })
  const quiet = setInterval(tellRunning, quietMilliseconds)

  function tell(progress: BuildProgress): void {
    quiet.refresh()
    onProgress(progress)
  }

  function tellRunning(): void {
    for (const { digest, started = Date.now() } of running.values()) {
      const transfer = transfers.of(digest)
      const seconds = Math.max(0, Math.round((Date.now() - started) / 1000))
      onProgress({ kind: 'running', step: names.get(digest) ?? '', seconds, ...(transfer.current > 0 && { transfer }) })
    }
  }

  function tellEnd(vertex: Vertex, completed: number): void {
    if (ended.has(turnOf(vertex))) return
    ended.add(turnOf(vertex))
    running.delete(vertex.digest)
    if (vertex.error !== '') {
      failed.push(vertex)
      return
    }
    const seconds = Math.round(completed - (vertex.started ?? completed)) / 1000
    const { current: moved } = transfers.of(vertex.digest)
    tell({ kind: 'step', name: clean(vertex.name), seconds, cached: vertex.cached, moved })
  }

  return {
    read(aux) {
      const trace = readBuildTrace(aux)
      for (const vertex of trace.vertexes) {
        names.set(vertex.digest, clean(vertex.name))
        if (vertex.started !== undefined && !ended.has(turnOf(vertex))) running.set(vertex.digest, vertex)
      }
      for (const transfer of trace.transfers) transfers.add(transfer)
      for (const log of trace.logs) output.push(log)
      for (const vertex of trace.vertexes) {
        if (vertex.completed !== undefined) tellEnd(vertex, vertex.completed)
      }
      for (const { message, line } of trace.warnings) {
        tell({ kind: 'warning', message: clean(message), ...(line !== undefined && { line }) })
      }
    },
    end() {
      output.end()
      clearInterval(quiet)
    },
    failedStep(reason) {
      // Steps that ran beside the failed one end with errors too: they were cancelled.
      const vertex = failed.find(({ error }) => reason.includes(error)) ?? failed[0]
      if (vertex === undefined) return undefined
      return { name: clean(vertex.name), reason: clean(vertex.error), output: output.lastLines(vertex.digest) }
    },
  }
}

/** A step can end and begin anew: first it is only looked up. */
function turnOf({ digest, started }: Vertex): string {
  return `${digest} ${String(started)}`
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
