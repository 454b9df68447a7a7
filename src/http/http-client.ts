import axios, { AxiosError } from 'axios'
import { addAbortSignal, type Readable } from 'node:stream'
import { codeOf } from '../model/error-text.ts'
import { isLoopback, isSafeAddress, mayLeadTo } from '../model/safe-address.ts'
import { type Network, readNetwork } from './network.ts'
import { isDistrust, isUnsent } from './outage.ts'
import { outgoingAgent } from './outgoing-agent.ts'

/** An answer with any status; what a status means is for the caller to say. */
export interface HttpResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The host that gave the answer, where redirects led to another one. */
  readonly redirectedTo?: string
  /** The body is only the beginning of what was sent. */
  readonly isPartial?: boolean
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
  /** Whether a body that is larger, or breaks off, is taken as far as it came; default: it is an error. */
  readonly mayBePartial?: boolean
  /** Whether a redirect is followed; default: it is. */
  readonly followsRedirects?: boolean
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

type Silence = 'does not answer' | 'breaks off its answer'

interface Circumstances {
  readonly silence?: Silence
  /** The host of the proxy on the way. */
  readonly proxy?: string | undefined
}

/** There was no answer: no host, no connection, no certificate, no time, no end. Carries no URL and no header. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** Such as `ENOTFOUND` or `ECONNREFUSED`; `PROXY_407` where a proxy refuses. */
  readonly code: string
  /** Such as `mcr.microsoft.com`, with a port if it has one. */
  readonly host: string
  /** What the host did, `does not answer (ECONNREFUSED)`: the message without the host. */
  readonly because: string

  constructor(host: string, code: string, { silence = 'does not answer', proxy }: Circumstances = {}) {
    const way = proxy === undefined ? '' : ` through the proxy ${proxy}`
    const because = `${explain(code) ?? silence}${way} (${code})`
    super(`${host} ${because}`)
    this.host = host
    this.code = code
    this.because = because
  }

  /** Whether nothing was sent, since nobody was reached. */
  get isUnsent(): boolean {
    return isUnsent(this.code)
  }
}

/** What a code alone tells; mostly it is only silence. */
function explain(code: string): string | undefined {
  if (code.startsWith('PROXY_')) return 'is out of reach'
  if (code === 'ERR_FR_TOO_MANY_REDIRECTS') return 'sends from one address to the next'
  if (code === 'ERR_FR_REDIRECTION_FAILURE') return 'sends to an address that cannot be asked'
  return isDistrust(code) ? 'shows no trusted certificate' : undefined
}

/** The body has more bytes than the request allows; the rest was not read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
  readonly host: string
  readonly maxBytes: number

  constructor(host: string, maxBytes: number) {
    super(`${host} sends more than ${String(maxBytes)} bytes`)
    this.host = host
    this.maxBytes = maxBytes
  }
}

/** A request would have left this machine without TLS, or an answer leads where it must not. */
export class UnsafeAddressError extends Error {
  override readonly name = 'UnsafeAddressError'
  readonly host: string
  /** Such as `http`. */
  readonly protocol: string
  /** Who sent the request there; undefined where a person did. */
  readonly from: string | undefined

  constructor({ host, protocol }: URL, from?: string) {
    super(`${protocol}//${host}`)
    this.from = from
    this.host = host
    this.protocol = protocol.slice(0, -1)
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
    validateStatus: () => true,
    httpsAgent: outgoingAgent(network),
    proxy: false,
  })
  return async ({ timeout = 30_000, maxBytes = Infinity, ...request }) => {
    const { method, url, headers, body, followsRedirects = true, mayBePartial = false } = request
    requireSafe(url)
    const asked = new URL(url).host
    let host = asked
    let current = new URL(url)
    let refused: UnsafeAddressError | undefined
    const beforeRedirect = ({ href = '' }: { href?: string }) => {
      const next = new URL(href)
      if (!mayLeadTo(current, next)) {
        refused = new UnsafeAddressError(next, current.host)
        throw refused
      }
      current = next
      host = next.host
    }
    const deadline = AbortSignal.timeout(timeout)
    const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled])

    const fail = (error: unknown, silence: Silence): never => {
      const proxy = isLoopback(host) ? undefined : network.proxyFor(`https://${host}/`)
      const code = deadline.aborted ? 'ETIMEDOUT' : (codeOf(error) ?? 'no code')
      throw new ConnectionError(host, code, { silence, proxy: proxy && new URL(proxy).host })
    }
    const redirects = { maxRedirects: followsRedirects ? 5 : 0, beforeRedirect }
    const response = await client
      .request<Readable>({ method, url, headers: { ...headers }, data: body, signal, ...redirects })
      .catch((error: unknown) => {
        cancelled?.throwIfAborted()
        if (refused !== undefined) throw refused
        if (!(error instanceof AxiosError)) throw error
        return fail(error, 'does not answer')
      })
    const content = await read(addAbortSignal(signal, response.data), maxBytes)
    if (content.end !== 'whole') cancelled?.throwIfAborted()
    if (!mayBePartial && content.end === 'broken') fail(content.error, 'breaks off its answer')
    if (!mayBePartial && content.end === 'too large') throw new TooLargeError(host, maxBytes)
    return {
      status: response.status,
      headers: plainHeaders(response.headers),
      body: content.bytes,
      ...(host !== asked && { redirectedTo: host }),
      ...(content.end !== 'whole' && { isPartial: true }),
    }
  }
}

/** What came of a body until its end, its limit or a failure. */
type Content =
  | { readonly end: 'whole' | 'too large'; readonly bytes: Buffer }
  | { readonly end: 'broken'; readonly bytes: Buffer; readonly error: unknown }

async function read(body: Readable, maxBytes: number): Promise<Content> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) return { end: 'too large', bytes: Buffer.concat(chunks, maxBytes) }
    }
    return { end: 'whole', bytes: Buffer.concat(chunks) }
  } catch (error) {
    return { end: 'broken', bytes: Buffer.concat(chunks), error }
  }
}

function requireSafe(url: string): void {
  const address = new URL(url)
  if (isSafeAddress(address)) return
  throw new UnsafeAddressError(address)
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
