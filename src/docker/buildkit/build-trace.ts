import { EngineAnswerError } from '../connection/connection.ts'
import { readFields } from './protobuf.ts'

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
      1: (reader) => vertexes.push(readVertex(reader.bytes())),
      2: (reader) => transfers.push(readTransfer(reader.bytes())),
      3: (reader) => logs.push(readLog(reader.bytes())),
      4: (reader) => warnings.push(readWarning(reader.bytes())),
    })
  } catch (cause) {
    throw new EngineAnswerError('follow the build', "its progress is not in BuildKit's form", { cause })
  }
  return { vertexes, transfers, logs, warnings }
}

function readVertex(bytes: Uint8Array): Vertex {
  const vertex: { -readonly [Key in keyof Vertex]: Vertex[Key] } = { digest: '', name: '', cached: false, error: '' }
  readFields(bytes, {
    1: (reader) => (vertex.digest = reader.string()),
    3: (reader) => (vertex.name = reader.string()),
    4: (reader) => (vertex.cached = reader.bool()),
    5: (reader) => (vertex.started = readTimestamp(reader.bytes())),
    6: (reader) => (vertex.completed = readTimestamp(reader.bytes())),
    7: (reader) => (vertex.error = reader.string()),
  })
  return vertex
}

function readTimestamp(bytes: Uint8Array): number {
  let seconds = 0
  let nanoseconds = 0
  readFields(bytes, {
    1: (reader) => (seconds = Number(reader.int64())),
    2: (reader) => (nanoseconds = reader.int32()),
  })
  return seconds * 1000 + nanoseconds / 1e6
}

function readTransfer(bytes: Uint8Array): VertexTransfer {
  const transfer = { vertex: '', id: '', current: 0, total: 0 }
  readFields(bytes, {
    1: (reader) => (transfer.id = reader.string()),
    2: (reader) => (transfer.vertex = reader.string()),
    4: (reader) => (transfer.current = Number(reader.int64())),
    5: (reader) => (transfer.total = Number(reader.int64())),
  })
  return transfer
}

function readLog(bytes: Uint8Array): VertexLog {
  const log = { vertex: '', stream: 1, bytes: new Uint8Array() }
  readFields(bytes, {
    1: (reader) => (log.vertex = reader.string()),
    3: (reader) => (log.stream = Number(reader.int64())),
    4: (reader) => (log.bytes = Buffer.from(reader.bytes())),
  })
  return log
}

function readWarning(bytes: Uint8Array): VertexWarning {
  let message = ''
  let line: number | undefined
  readFields(bytes, {
    3: (reader) => (message = Buffer.from(reader.bytes()).toString()),
    7: (reader) => (line ??= readFirstLine(reader.bytes())),
  })
  return line === undefined ? { message } : { message, line }
}

/** A range has a start, a start has a line. */
function readFirstLine(range: Uint8Array): number | undefined {
  let line: number | undefined
  readFields(range, {
    1: (reader) => {
      readFields(reader.bytes(), { 1: (start) => (line = start.int32()) })
    },
  })
  return line
}
