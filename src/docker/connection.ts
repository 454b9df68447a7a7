import { IncomingMessage } from 'node:http'
import { Duplex, type Readable } from 'node:stream'
import Docker from 'dockerode'
import * as v from 'valibot'
import { type EngineAddress, formatEngineAddress } from './engine-address.ts'
import { cleanLine } from '../model/clean-line.ts'

type DialOptions = Omit<Parameters<Docker['modem']['dial']>[0], 'statusCodes'>
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
  return 'Start Docker on the agent, or set DOCKER_HOST.'
}

const unanswered = 'no answer'

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
  /** Calls the engine through dockerode. */
  call<T>(attempt: string, work: (docker: Docker) => Promise<T>): Promise<T>
  /** Sends a request and gives the body of the answer as soon as its head is there. */
  open(attempt: string, request: DialRequest): Promise<Readable>
  /** Turns a request into a raw two-way connection. */
  upgrade(attempt: string, request: DialRequest): Promise<Duplex>
}

export interface ConnectOptions {
  readonly signal?: AbortSignal
  /** Milliseconds that the engine may take for its first answer, so that one that hangs is told; default 30,000. */
  readonly firstAnswerWithin?: number
  readonly isInJobContainer?: boolean
}

/** Prepares the way to the engine at this address; nothing is sent yet. */
export function connect(
  address: EngineAddress,
  { signal = new AbortController().signal, firstAnswerWithin = 30_000, isInJobContainer = false }: ConnectOptions = {},
): Connection {
  // What is undefined here would otherwise be read from the process's own DOCKER_HOST.
  const docker = new Docker(
    address.kind === 'socket'
      ? { socketPath: address.path, host: undefined, port: undefined, protocol: 'http' }
      : { socketPath: undefined, host: `http://${address.host}`, port: address.port, protocol: 'http' },
  )

  const unreachable = (reason: string, cause?: unknown) =>
    new EngineUnreachableError(formatEngineAddress(address), reason, { cause, isInJobContainer })

  let hasAnswered = false
  async function requireAnswer(): Promise<void> {
    const deadline = AbortSignal.timeout(firstAnswerWithin)
    const abortSignal = AbortSignal.any([deadline, signal])
    try {
      await dialOnce(docker, { path: '/_ping', method: 'GET', abortSignal })
      hasAnswered = true
    } catch (error) {
      signal.throwIfAborted()
      throw deadline.aborted ? unreachable(unanswered, error) : error
    }
  }

  async function call<T>(attempt: string, work: (docker: Docker) => Promise<T>): Promise<T> {
    try {
      if (!hasAnswered) await requireAnswer()
      return await work(docker)
    } catch (error) {
      throw explain(error, attempt, unreachable)
    }
  }

  function dial(attempt: string, request: DialOptions): Promise<unknown> {
    return call(attempt, (docker) => dialOnce(docker, request))
  }

  return {
    signal,
    call,
    async open(attempt, request) {
      const answer = await dial(attempt, { ...request, isStream: true })
      if (answer instanceof IncomingMessage) return answer
      throw new Error(`Cannot ${attempt}: the engine's answer is no stream.`)
    },
    async upgrade(attempt, request) {
      const answer = await dial(attempt, { ...request, hijack: true })
      if (answer instanceof Duplex) return answer
      throw new Error(`Cannot ${attempt}: the engine keeps the connection to itself.`)
    },
  }
}

function dialOnce({ modem }: Docker, request: DialOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    modem.dial({ ...request, statusCodes: { 200: true } }, (error, answer) => {
      if (error === null) resolve(answer)
      else reject(error)
    })
  })
}

const refusal = v.object({
  message: v.string(),
  statusCode: v.number(),
  json: v.fallback(v.optional(v.object({ message: v.string() })), undefined),
})
const failure = v.object({ code: v.string() })

function explain(
  error: unknown,
  attempt: string,
  unreachable: (reason: string, cause: unknown) => EngineUnreachableError,
): unknown {
  const refused = v.safeParse(refusal, error)
  if (refused.success) {
    const { message, statusCode, json } = refused.output
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
