import { IncomingMessage } from 'node:http'
import { Duplex, type Readable } from 'node:stream'
import Docker from 'dockerode'
import * as v from 'valibot'
import { type EngineAddress, formatEngineAddress } from './engine-address.ts'
import { cleanLine } from '../model/clean-line.ts'

type DialOptions = Parameters<Docker['modem']['dial']>[0]
type DialRequest = Omit<DialOptions, 'statusCodes' | 'isStream' | 'hijack'>

/** Nobody answers where the engine should be. The message says where, why, and what to do. */
export class EngineUnreachableError extends Error {
  override readonly name = 'EngineUnreachableError'

  constructor(address: string, reason: string, options?: ErrorOptions) {
    const nextStep =
      reason === 'EACCES'
        ? "Let the agent's user use the socket (group docker), or set DOCKER_HOST."
        : 'Start Docker on the agent, or set DOCKER_HOST.'
    super(`Cannot reach the Docker engine at ${address}: ${reason}. ${nextStep}`, options)
  }
}

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

/** Prepares the way to the engine at this address; nothing is sent yet. */
export function connect(address: EngineAddress, signal: AbortSignal = new AbortController().signal): Connection {
  // What is undefined here would otherwise be read from the process's own DOCKER_HOST.
  const docker = new Docker(
    address.kind === 'socket'
      ? { socketPath: address.path, host: undefined, port: undefined, protocol: 'http' }
      : { socketPath: undefined, host: `http://${address.host}`, port: address.port, protocol: 'http' },
  )

  async function call<T>(attempt: string, work: (docker: Docker) => Promise<T>): Promise<T> {
    try {
      return await work(docker)
    } catch (error) {
      throw explain(error, attempt, formatEngineAddress(address))
    }
  }

  function dial(attempt: string, request: DialOptions): Promise<unknown> {
    return call(
      attempt,
      ({ modem }) =>
        new Promise((resolve, reject) => {
          modem.dial({ ...request, statusCodes: { 200: true } }, (error, answer) => {
            if (error === null) resolve(answer)
            else reject(error)
          })
        }),
    )
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

const refusal = v.object({
  message: v.string(),
  statusCode: v.number(),
  json: v.fallback(v.optional(v.object({ message: v.string() })), undefined),
})
const failure = v.object({ code: v.string() })

function explain(error: unknown, attempt: string, address: string): unknown {
  const refused = v.safeParse(refusal, error)
  if (refused.success) {
    const { message, statusCode, json } = refused.output
    // Where there was no JSON to keep, docker-modem has only put the engine's words behind a text of its own.
    const reason = json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim()
    return new EngineError(attempt, statusCode, cleanLine(reason))
  }
  const failed = v.safeParse(failure, error)
  if (failed.success && failed.output.code !== 'ABORT_ERR') {
    return new EngineUnreachableError(address, failed.output.code, { cause: error })
  }
  return error
}
