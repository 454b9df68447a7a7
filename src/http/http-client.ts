import axios, { AxiosError } from 'axios'
import { addAbortSignal, type Readable } from 'node:stream'
import { isLoopback, type Network, readNetwork } from './network.ts'
import { outgoingAgent } from './outgoing-agent.ts'

export { isLoopback } from './network.ts'

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

export interface ClientOptions {
  /** Ends what is under way. */
  readonly signal?: AbortSignal
  /** Default: what the environment says. */
  readonly network?: Network
}

export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

type Problem = 'does not answer' | 'breaks off its answer'

/** There was no answer: no host, no connection, no certificate, no time, no end. Carries no URL and no header. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** Such as `ENOTFOUND` or `ECONNREFUSED`; `PROXY_407` where a proxy refuses. */
  readonly code: string
  /** Such as `mcr.microsoft.com`, with a port if it has one. */
  readonly host: string
  /** What the host did, `does not answer (ECONNREFUSED)`: the message without the host. */
  readonly because: string

  constructor(host: string, code: string, problem: Problem = 'does not answer', proxy?: string) {
    const way = proxy === undefined ? '' : ` through the proxy ${proxy}`
    const because = `${explain(code) ?? problem}${way} (${code})`
    super(`${host} ${because}`)
    this.host = host
    this.code = code
    this.because = because
  }
}

/** What a code alone tells; mostly it is only silence. */
function explain(code: string): string | undefined {
  if (code.startsWith('PROXY_')) return 'is out of reach'
  if (code === 'ERR_FR_TOO_MANY_REDIRECTS') return 'sends from one address to the next'
  if (code === 'ERR_FR_REDIRECTION_FAILURE') return 'sends to an address that is not https'
  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  const isDistrust = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_)/.test(code)
  return isDistrust ? 'shows no trusted certificate' : undefined
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
export function httpClient({ signal: cancelled, network = readNetwork() }: ClientOptions = {}): HttpClient {
  const client = axios.create({
    responseType: 'stream',
    maxRedirects: 5,
    validateStatus: () => true,
    httpsAgent: outgoingAgent(network),
    proxy: false,
  })
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

    const fail = (error: unknown, problem: Problem): never => {
      cancelled?.throwIfAborted()
      const proxy = isLoopback(host) ? undefined : network.proxyFor(`https://${host}/`)
      const code = deadline.aborted ? 'ETIMEDOUT' : codeOf(error)
      throw new ConnectionError(host, code, problem, proxy && new URL(proxy).host)
    }
    const response = await client
      .request<Readable>({ method, url, headers: { ...headers }, data: body, signal, beforeRedirect })
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
