import axios, { AxiosError } from 'axios'
import { addAbortSignal, type Readable } from 'node:stream'

/** An answer with any status; what a status means is for the caller to say. */
export interface HttpResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The host that gave the answer, where redirects led to another one. */
  readonly redirectedTo?: string
}

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds until the answer must be complete; default 30,000. */
  readonly timeout?: number
  /** Bytes that the body may have at most, unpacked; default: any number. */
  readonly maxBytes?: number
  /** Whether `withRetries` may send it again; default: GET and HEAD may be, nothing else. */
  readonly isRepeatable?: boolean
}

export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

/** There was no answer: no host, no connection, no certificate, no time, no end. Carries no URL and no header. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** Such as `ENOTFOUND` or `ECONNREFUSED`. */
  readonly code: string
  /** Such as `mcr.microsoft.com`, with a port if it has one. */
  readonly host: string
  /** What the host did, `does not answer (ECONNREFUSED)`: the message without the host. */
  readonly because: string

  constructor(host: string, code: string, problem: 'does not answer' | 'breaks off its answer' = 'does not answer') {
    const because = `${problem} (${code})`
    super(`${host} ${because}`)
    this.host = host
    this.code = code
    this.because = because
  }
}

/** The body has more bytes than the request allows; the rest was not read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'

  constructor(host: string, maxBytes: number) {
    super(`${host} sends more than ${String(maxBytes)} bytes`)
  }
}

/**
 * The project's way to speak HTTP. Redirects are followed without credentials to another origin; plain http only to
 * this machine, and never through a proxy. Throws ConnectionError where there was no whole answer, TooLargeError for
 * one above the limit, and the signal's reason when that ends it.
 */
export function httpClient({ signal: cancelled }: { readonly signal?: AbortSignal } = {}): HttpClient {
  const client = axios.create({ responseType: 'stream', maxRedirects: 5, validateStatus: () => true })
  return async ({ method, url, headers, body, timeout = 30_000, maxBytes = Infinity }) => {
    requireSafe(url)
    const asked = new URL(url).host
    let host = asked
    const beforeRedirect = ({ href = '' }: { href?: string }) => {
      requireSafe(href)
      host = new URL(href).host
    }
    const deadline = AbortSignal.timeout(timeout)
    const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled])
    const proxy = isLoopback(asked) ? ({ proxy: false } as const) : {}

    const fail = (error: unknown, problem: 'does not answer' | 'breaks off its answer'): never => {
      cancelled?.throwIfAborted()
      throw new ConnectionError(host, deadline.aborted ? 'ETIMEDOUT' : codeOf(error), problem)
    }
    const response = await client
      .request<Readable>({ method, url, headers: { ...headers }, data: body, signal, beforeRedirect, ...proxy })
      .catch((error: unknown) => {
        if (!(error instanceof AxiosError)) throw error
        return fail(error, 'does not answer')
      })
    const content = await readAtMost(maxBytes, addAbortSignal(signal, response.data)).catch((error: unknown) =>
      fail(error, 'breaks off its answer'),
    )
    if (content === undefined) throw new TooLargeError(host, maxBytes)
    return {
      status: response.status,
      headers: plainHeaders(response.headers),
      body: content,
      ...(host !== asked && { redirectedTo: host }),
    }
  }
}

/** Whether a URL's host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
}

/** The whole body; undefined as soon as it is too large. */
async function readAtMost(maxBytes: number, body: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code'
}

function requireSafe(url: string): void {
  const { protocol, host } = new URL(url)
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(host))) return
  throw new Error(`${host} is not asked over ${protocol.slice(0, -1)}: only https is safe outside this machine.`)
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
