import { IncomingMessage } from 'node:http'
import { Duplex, type Readable } from 'node:stream'
import type Docker from 'dockerode'
import * as v from 'valibot'
import { abortAfter, type Deadline, withDeadline } from './deadline.ts'
import { type EngineAddress, formatEngineAddress } from './engine-address.ts'
import { askWhoAnswers } from './ask-who-answers.ts'
import { dial, type DialOptions, engineClient } from './engine-client.ts'
import { cleanLine } from '../../model/clean-line.ts'

type DialRequest = Omit<DialOptions, 'isStream' | 'hijack'>

/** Why there is no engine to talk to. */
export type Unreachable =
  /** A system's code such as `ENOENT` or `EACCES`. */
  | { readonly why: 'no-connection'; readonly code: string }
  | { readonly why: 'no-answer' | 'not-an-engine' | 'podman' }
  /** It refuses a plain request, as one behind TLS does. */
  | { readonly why: 'refuses'; readonly words: string }

/** Nobody answers where the engine should be. */
export class EngineUnreachableError extends Error {
  override readonly name = 'EngineUnreachableError'
  /** In the form of DOCKER_HOST. */
  readonly address: string
  readonly fault: Unreachable
  /** In a container job the engine's socket has to be mapped into the job's container. */
  readonly isInJobContainer: boolean

  constructor(address: string, fault: Unreachable, { isInJobContainer = false, ...options }: UnreachableOptions = {}) {
    super(`${address}: ${fault.why}`, options)
    this.address = address
    this.fault = fault
    this.isInJobContainer = isInJobContainer
  }
}

interface UnreachableOptions extends ErrorOptions {
  readonly isInJobContainer?: boolean
}

/** The engine answered a request with an error. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** HTTP status of the engine's answer. */
  readonly status: number
  /** What was attempted; completes the sentence "Cannot ...". */
  readonly operation: string
  /** The engine's own words, cleaned of log commands. */
  readonly words: string

  constructor(operation: string, status: number, words: string) {
    super(`${operation}: ${words}`)
    this.operation = operation
    this.status = status
    this.words = words
  }
}

/** The engine's answer has not the form that its API says. */
export class EngineAnswerError extends Error {
  override readonly name = 'EngineAnswerError'
  /** What was attempted; completes the sentence "Cannot ...". */
  readonly operation: string
  /** What is wrong with the answer: `it has no Version`. */
  readonly reason: string

  constructor(operation: string, reason: string, options?: ErrorOptions) {
    super(`${operation}: ${reason}`, options)
    this.operation = operation
    this.reason = reason
  }
}

/**
 * The way to one engine. An `attempt` completes the sentence "Cannot ...".
 * Everything throws EngineUnreachableError, or EngineError where the engine says no.
 */
export interface Connection {
  /** Ends what takes long: builds, pulls and pushes. */
  readonly signal: AbortSignal
  /** Calls the engine through dockerode for what takes long; `work` hands over the signal. */
  call<T>(attempt: string, work: (docker: Docker) => Promise<T>): Promise<T>
  /**
   * Asks the engine for what is soon done, also after the signal, when there is to be cleaned up. It has 30 s, or the
   * milliseconds of `within`, and all of it together only 4 s after the signal.
   */
  ask<T>(attempt: string, work: (docker: Docker) => Promise<T>, within?: number): Promise<T>
  /** Sends a request and gives the body of the answer. Its head is to come soon, unless `abortSignal` ends the wait. */
  open(attempt: string, request: DialRequest): Promise<Readable>
  /** Turns a request into a raw two-way connection. */
  upgrade(attempt: string, request: DialRequest): Promise<Duplex>
}

export interface ConnectOptions {
  readonly signal?: AbortSignal
  /** Milliseconds that the engine may take for a short answer, so that one that hangs is told; default 30,000. */
  readonly answerWithin?: number
  /** Milliseconds that remain for all short answers after the signal; default 4,000, since an agent waits for 7.5 s. */
  readonly cleanUpWithin?: number
  readonly isInJobContainer?: boolean
}

/** Milliseconds for what makes the engine move files, such as the removal of an image on a slow disk. */
export const slowly = 120_000

type UnreachableError = (fault: Unreachable, cause?: unknown) => EngineUnreachableError

/** Prepares the way to the engine at this address; nothing is sent yet. */
export function connect(address: EngineAddress, options: ConnectOptions = {}): Connection {
  const { signal = new AbortController().signal, answerWithin = 30_000, cleanUpWithin = 4_000 } = options
  const { isInJobContainer = false } = options
  const unreachable: UnreachableError = (fault, cause) =>
    new EngineUnreachableError(formatEngineAddress(address), fault, { cause, isInJobContainer })
  const late = () => unreachable({ why: 'no-answer' })
  const end = abortAfter(signal, cleanUpWithin, late)
  const docker = engineClient(address)

  let hasAnswered = false
  const call: Connection['call'] = async (attempt, work) => {
    try {
      if (!hasAnswered) await requireAnswer(address, { within: answerWithin, late, end: signal }, unreachable)
      hasAnswered = true
      return await work(docker)
    } catch (error) {
      throw explain(error, attempt, unreachable)
    }
  }
  const ask: Connection['ask'] = (attempt, work, within = answerWithin) =>
    call(attempt, () => withDeadline({ within, late, end }, (limit) => work(engineClient(address, limit))))
  const send = (attempt: string, request: DialOptions) =>
    (request.abortSignal === undefined ? ask : call)(attempt, (through) => dial(through, request))

  return {
    signal,
    call,
    ask,
    async open(attempt, request) {
      const answer = await send(attempt, { ...request, isStream: true })
      if (answer instanceof IncomingMessage) return answer
      throw new EngineAnswerError(attempt, 'it is not a stream')
    },
    async upgrade(attempt, request) {
      const answer = await send(attempt, { ...request, hijack: true })
      if (answer instanceof Duplex) return answer
      throw new EngineAnswerError(attempt, 'the engine keeps the connection to itself')
    },
  }
}

/** Throws where nobody answers in time, and where what answers is no engine that can be used. */
async function requireAnswer(address: EngineAddress, deadline: Deadline, unreachable: UnreachableError): Promise<void> {
  const ask = (limit: AbortSignal) => askWhoAnswers(address, limit)
  const listener = await withDeadline(deadline, ask)
  switch (listener.who) {
    case 'engine':
      return
    case 'podman':
      throw unreachable({ why: 'podman' })
    case 'other':
      throw unreachable({ why: 'not-an-engine' })
    case 'refuses':
      throw unreachable({ why: 'refuses', words: listener.words })
  }
}

const refusal = v.object({
  message: v.string(),
  statusCode: v.number(),
  json: v.fallback(v.optional(v.object({ message: v.string() })), undefined),
})
const failure = v.object({ code: v.string() })

function explain(error: unknown, attempt: string, unreachable: UnreachableError): unknown {
  const answer = v.safeParse(refusal, error)
  if (answer.success) {
    const { message, statusCode, json } = answer.output
    // Where there was no JSON to keep, docker-modem has only put the engine's words behind a text of its own.
    const reason = json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim()
    return new EngineError(attempt, statusCode, cleanLine(reason))
  }
  const failed = v.safeParse(failure, error)
  if (failed.success && failed.output.code !== 'ABORT_ERR') {
    return unreachable({ why: 'no-connection', code: failed.output.code }, error)
  }
  return error
}

/** Reads the engine's answer; throws EngineAnswerError, with what was attempted, where it has another form. */
export function parseAnswer<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
  operation: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, answer)
  if (parsed.success) return parsed.output
  const field = v.getDotPath(parsed.issues[0])
  throw new EngineAnswerError(
    operation,
    field === null ? 'it has another form' : `its field ${field} is not as expected`,
  )
}

/** Whether what was to be removed is gone already, or just about to. */
export function absentOrGone(error: unknown): boolean {
  return error instanceof EngineError && (error.status === 404 || error.status === 409)
}
