import { EngineAnswerError } from '../connection/connection.ts'
import { bytes, integer, readFields, text, truth } from './protobuf.ts'

/**
 * News about a running build: BuildKit's StatusResponse.
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 */
export interface BuildTrace {
  readonly vertexes: readonly Vertex[]
  readonly transfers: readonly VertexTransfer[]
  readonly logs: readonly VertexLog[]
  readonly warnings: readonly VertexWarning[]
}

/** A step, told about again and again while it goes on. Times are milliseconds since 1970. */
export interface Vertex {
  readonly digest: string
  readonly name: string
  readonly cached: boolean
  readonly started?: number
  readonly completed?: number
  /** Empty where nothing failed. */
  readonly error: string
}

/** How far something is that a step moves: a layer, the context. */
export interface VertexTransfer {
  readonly vertex: string
  readonly id: string
  /** Bytes, of how many where that is known. */
  readonly current: number
  readonly total: number
}

/** A piece of what a step printed, cut anywhere. */
export interface VertexLog {
  readonly vertex: string
  /** 1 is stdout, 2 is stderr. */
  readonly stream: number
  readonly bytes: Uint8Array
}

interface VertexWarning {
  readonly message: string
  /** Where in the Dockerfile, counted from 1. */
  readonly line?: number
}

/** Reads the `aux` of a `moby.buildkit.trace` message; throws EngineAnswerError where it is not one. */
export function readBuildTrace(aux: string): BuildTrace {
  const vertexes: Vertex[] = []
  const transfers: VertexTransfer[] = []
  const logs: VertexLog[] = []
  const warnings: VertexWarning[] = []
  try {
    readFields(Buffer.from(aux, 'base64'), {
      1: bytes((message) => vertexes.push(readVertex(message))),
      2: bytes((message) => transfers.push(readTransfer(message))),
      3: bytes((message) => logs.push(readLog(message))),
      4: bytes((message) => warnings.push(readWarning(message))),
    })
  } catch (cause) {
    throw new EngineAnswerError('follow the build', "its progress is not in BuildKit's form", { cause })
  }
  return { vertexes, transfers, logs, warnings }
}

function readVertex(message: Uint8Array): Vertex {
  const vertex: { -readonly [Key in keyof Vertex]: Vertex[Key] } = { digest: '', name: '', cached: false, error: '' }
  readFields(message, {
    1: text((digest) => (vertex.digest = digest)),
    3: text((name) => (vertex.name = name)),
    4: truth((cached) => (vertex.cached = cached)),
    5: bytes((started) => (vertex.started = readTimestamp(started))),
    6: bytes((completed) => (vertex.completed = readTimestamp(completed))),
    7: text((error) => (vertex.error = error)),
  })
  return vertex
}

function readTimestamp(message: Uint8Array): number {
  const timestamp = { seconds: 0, nanoseconds: 0 }
  readFields(message, {
    1: integer((seconds) => (timestamp.seconds = seconds)),
    2: integer((nanoseconds) => (timestamp.nanoseconds = nanoseconds)),
  })
  return timestamp.seconds * 1000 + timestamp.nanoseconds / 1e6
}

function readTransfer(message: Uint8Array): VertexTransfer {
  const transfer = { vertex: '', id: '', current: 0, total: 0 }
  readFields(message, {
    1: text((id) => (transfer.id = id)),
    2: text((vertex) => (transfer.vertex = vertex)),
    4: integer((current) => (transfer.current = current)),
    5: integer((total) => (transfer.total = total)),
  })
  return transfer
}

function readLog(message: Uint8Array): VertexLog {
  const log = { vertex: '', stream: 1, bytes: new Uint8Array() }
  readFields(message, {
    1: text((vertex) => (log.vertex = vertex)),
    3: integer((stream) => (log.stream = stream)),
    4: bytes((printed) => (log.bytes = Buffer.from(printed))),
  })
  return log
}

/** An instruction over several lines can have a range for each of them: the first line counts. */
function readWarning(message: Uint8Array): VertexWarning {
  let short = ''
  const lines: number[] = []
  readFields(message, {
    3: text((words) => (short = words)),
    7: bytes((range) => lines.push(...readFirstLines(range))),
  })
  return lines.length === 0 ? { message: short } : { message: short, line: Math.min(...lines) }
}

/** A range has a start, a start has a line. */
function readFirstLines(range: Uint8Array): number[] {
  const lines: number[] = []
  readFields(range, {
    1: bytes((start) => {
      readFields(start, { 1: integer((line) => lines.push(line)) })
    }),
  })
  return lines
}
