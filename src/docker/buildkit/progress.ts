import type { BuildProgress, Transfer } from '../../dockerfile-build/builder.ts'
import { collectBuildOutput } from './build-output.ts'
import { readBuildTrace, type Vertex, type VertexTransfer } from './build-trace.ts'
import { cleanLineHiding } from '../../model/clean-line.ts'

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
 * Tells each step as it ends, again where it begins anew; a step that failed is not told but kept. Where there is
 * nothing to tell for five seconds, it tells what is running. `hide` takes secrets out of everything.
 */
export function followBuild(
  onProgress: (progress: BuildProgress) => void,
  hide = (text: string): string => text,
  now: () => number = Date.now,
): BuildFollower {
  const clean = cleanLineHiding(hide)
  const steps = followSteps(clean)
  const transfers = sumTransfers()
  const output = collectBuildOutput((vertex, raw) => {
    const line = clean(raw)
    tell({ kind: 'output', step: steps.nameOf(vertex), line })
    return line
  })
  const quiet = setInterval(() => {
    for (const each of steps.running()) {
      onProgress({ ...runningOf(each, transfers.of(each.digest), now()), step: steps.nameOf(each.digest) })
    }
  }, quietMilliseconds)

  function tell(progress: BuildProgress): void {
    quiet.refresh()
    onProgress(progress)
  }

  return {
    read(aux) {
      const trace = readBuildTrace(aux)
      for (const vertex of trace.vertexes) steps.begin(vertex)
      for (const transfer of trace.transfers) transfers.add(transfer)
      for (const log of trace.logs) output.push(log)
      for (const vertex of trace.vertexes.filter((each) => steps.end(each))) {
        tell({ ...endOf(vertex), name: steps.nameOf(vertex.digest), moved: transfers.of(vertex.digest).current })
      }
      for (const warning of trace.warnings) tell({ ...warning, kind: 'warning', message: clean(warning.message) })
    },
    end() {
      output.end()
      clearInterval(quiet)
    },
    failedStep(reason) {
      const vertex = steps.failedFor(reason)
      return (
        vertex && { name: clean(vertex.name), reason: clean(vertex.error), output: output.lastLines(vertex.digest) }
      )
    },
  }
}

function runningOf({ started }: Vertex, transfer: Transfer, now: number) {
  const seconds = Math.max(0, Math.round((now - (started ?? now)) / 1000))
  return { kind: 'running', seconds, ...(transfer.current > 0 && { transfer }) } as const
}

function endOf({ started, completed = 0, cached }: Vertex) {
  return { kind: 'step', seconds: Math.round(completed - (started ?? completed)) / 1000, cached } as const
}

/** Which steps run, have ended and have failed, and what they are called in the log. */
function followSteps(clean: (name: string) => string) {
  const names = new Map<string, string>()
  const running = new Map<string, Vertex>()
  const ended = new Set<string>()
  const failed: Vertex[] = []
  return {
    begin(vertex: Vertex): void {
      names.set(vertex.digest, clean(vertex.name))
      if (vertex.started !== undefined && !ended.has(turnOf(vertex))) running.set(vertex.digest, vertex)
    },
    /** Whether it is news that this step has ended well. */
    end(vertex: Vertex): boolean {
      if (vertex.completed === undefined || ended.has(turnOf(vertex))) return false
      ended.add(turnOf(vertex))
      running.delete(vertex.digest)
      if (vertex.error !== '') failed.push(vertex)
      return vertex.error === ''
    },
    running: () => running.values(),
    nameOf: (digest: string) => names.get(digest) ?? '',
    /** Steps that ran beside the failed one end with errors too: they were cancelled. */
    failedFor: (reason: string) => failed.find(({ error }) => reason.includes(error)) ?? failed[0],
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
