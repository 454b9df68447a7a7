import * as v from 'valibot'
import { cleanLine } from '../model/clean-line.ts'
import { EngineAnswerError, EngineError } from './connection/connection.ts'
import { lineSplitter } from './line-splitter.ts'

/** The engine reports, in its stream of progress, that the work failed. The message is its own words. */
export class EngineReportError extends Error {
  override readonly name = 'EngineReportError'
}

/** What the engine says about a failure, in its stream or before it; undefined for any other error. */
export function wordsOf(error: unknown): string | undefined {
  if (error instanceof EngineReportError) return error.message
  return error instanceof EngineError ? error.words : undefined
}

/** One line of the progress of a build, pull or push. */
export interface EngineMessage {
  readonly id?: string | undefined
  readonly status?: string | undefined
  readonly stream?: string | undefined
  /** How far a transfer is, in bytes. */
  readonly progressDetail?: { readonly current?: number | undefined; readonly total?: number | undefined } | undefined
  readonly aux?: unknown
}

const engineMessage = v.object({
  id: v.optional(v.string()),
  status: v.optional(v.string()),
  stream: v.optional(v.string()),
  progressDetail: v.optional(v.object({ current: v.optional(v.number()), total: v.optional(v.number()) })),
  aux: v.optional(v.unknown()),
  error: v.optional(v.string()),
  errorDetail: v.optional(v.object({ message: v.optional(v.string()) })),
})

/**
 * Reads the JSON lines of the engine's progress. An error line throws EngineReportError, since the engine answers
 * 200 before it knows; a line that is none of its own throws EngineAnswerError.
 */
export async function* readJsonLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<EngineMessage> {
  const splitter = lineSplitter()
  for await (const chunk of stream) {
    for (const line of splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) yield* readLine(line)
  }
  for (const line of splitter.end()) yield* readLine(line)
}

function* readLine(line: string): Generator<EngineMessage> {
  if (line.trim() === '') return
  const { error, errorDetail, ...message } = parseLine(line)
  const reported = error ?? errorDetail?.message
  if (reported !== undefined) throw new EngineReportError(reported)
  yield message
}

function parseLine(line: string): v.InferOutput<typeof engineMessage> {
  try {
    return v.parse(engineMessage, JSON.parse(line))
  } catch (cause) {
    throw new EngineAnswerError(
      'follow the progress of the engine',
      `a line of it is not a message: ${cleanLine(line.slice(0, 200))}`,
      { cause },
    )
  }
}
