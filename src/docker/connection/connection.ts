import { IncomingMessage } from 'node:http'
import { Duplex, type Readable } from 'node:stream'
import type Docker from 'dockerode'
import * as v from 'valibot'
import { abortAfter, type Deadline, withDeadline } from './deadline.ts'
import { type EngineAddress, formatEngineAddress } from './engine-address.ts'
import { answersAsEngine, dial, type DialOptions, engineClient } from './engine-client.ts'
import { cleanLine } from '../../model/clean-line.ts'

type DialRequest = Omit<DialOptions, 'isStream' | 'hijack'>

/** Nobody answers where the engine should be. The message says where, why, and what to do. */
export class EngineUnreachableError extends Error {
  override readonly name = 'EngineUnreachableError'

  constructor(address: string, reason: string, { isInJobContainer = false, ...options }: UnreachableOptions = {}) {
    super(`Cannot reach the Docker engine at ${address}: ${reason}. ${nextStep(reason, isInJobContainer)}`, options)
  }
}

interface UnreachableOptions extends ErrorOptions {
  /** In a container job the engine's socket has to be mapped into the job's container. */
  readonly isInJobContainer?: boolean
}

function nextStep(reason: string, isInJobContainer: boolean): string {
  if (isInJobContainer && reason === 'ENOENT') {
    return "The job's container has no such socket: set mapDockerSocket: true on its container resource."
  }
  if (reason === 'EACCES') return "Let the agent's user use the socket (group docker), or set DOCKER_HOST."
  if (reason === unanswered) return 'Something listens there but does not answer: restart Docker on the agent.'
  if (reason === noEngine) return 'See what listens there, and set DOCKER_HOST to the engine.'
  if (reason.startsWith(refused)) {
    return 'Set DOCKER_HOST to an address without TLS and without a proxy: unix://<path> or tcp://127.0.0.1:<port>.'
  }
  return 'Start Docker on the agent, or set DOCKER_HOST.'
}

const unanswered = 'no answer'
const noEngine = 'something else than an engine answers'
const refused = 'it refuses a plain request: '

/** The engine answered a request with an error. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** HTTP status of the engine's answer. */
  readonly status: number
  /** The engine's own words, cleaned of log commands. */
  readonly reason: string

  constructor(attempt: string, status: number, reason: string) {
    super(`Cannot ${attempt}: ${reason}`)
    this.status = status
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

type Unreachable = (reason: string, cause?: unknown) => EngineUnreachableError

/** Prepares the way to the engine at this address; nothing is sent yet. */
export function connect(address: EngineAddress, options: ConnectOptions = {}): Connection {
  const { signal = new AbortController().signal, answerWithin = 30_000, cleanUpWithin = 4_000 } = options
  const { isInJobContainer = false } = options
  const unreachable: Unreachable = (reason, cause) =>
    new EngineUnreachableError(formatEngineAddress(address), reason, { cause, isInJobContainer })
  const late = () => unreachable(unanswered)
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
      throw new Error(`Cannot ${attempt}: the engine's answer is no stream.`)
    },
    async upgrade(attempt, request) {
      const answer = await send(attempt, { ...request, hijack: true })
      if (answer instanceof Duplex) return answer
      throw new Error(`Cannot ${attempt}: the engine keeps the connection to itself.`)
    },
  }
}

/** Throws where nobody answers in time, and where what answers is no engine that can be used. */
async function requireAnswer(address: EngineAddress, deadline: Deadline, unreachable: Unreachable): Promise<void> {
  const ping = (limit: AbortSignal) => answersAsEngine(engineClient(address, limit))
  const isEngine = await withDeadline(deadline, ping).catch((error: unknown) => {
    const explained = explain(error, 'ask the engine for a sign of life', unreachable)
    throw explained instanceof EngineError
      ? unreachable(refused + explained.reason.replace(/\.$/, ''), error)
      : explained
  })
  if (!isEngine) throw unreachable(noEngine)
}

const refusal = v.object({
  message: v.string(),
  statusCode: v.number(),
  json: v.fallback(v.optional(v.object({ message: v.string() })), undefined),
})
const failure = v.object({ code: v.string() })

function explain(error: unknown, attempt: string, unreachable: Unreachable): unknown {
  const answer = v.safeParse(refusal, error)
  if (answer.success) {
    const { message, statusCode, json } = answer.output
    // Where there was no JSON to keep, docker-modem has only put the engine's words behind a text of its own.
    const reason = json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim()
    return new EngineError(attempt, statusCode, cleanLine(reason))
  }
  const failed = v.safeParse(failure, error)
  if (failed.success && failed.output.code !== 'ABORT_ERR') {
    return unreachable(failed.output.code, error)
  }
  return error
}

/** Whether what was to be removed is gone already, or just about to. */
export function absentOrGone(error: unknown): boolean {
  return error instanceof EngineError && (error.status === 404 || error.status === 409)
}
