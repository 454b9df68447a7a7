import axios, { AxiosError } from 'axios'

/** An answer with any status; what a status means is for the caller to say. */
export interface HttpResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds until the answer must be complete; default 30,000. */
  readonly timeout?: number
}

export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

/** There was no answer: no host, no connection, no certificate, no time. Carries no URL and no header. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** Such as `ENOTFOUND` or `ECONNREFUSED`. */
  readonly code: string

  constructor(host: string, code: string) {
    super(`${host} does not answer (${code})`)
    this.code = code
  }
}

/**
 * The project's way to speak HTTP. Redirects are followed without credentials to another host; plain http only to this
 * machine. Throws ConnectionError where there was no answer, and the signal's reason when that ends it.
 */
export function httpClient({ signal: cancelled }: { readonly signal?: AbortSignal } = {}): HttpClient {
  const client = axios.create({
    responseType: 'arraybuffer',
    maxRedirects: 5,
    validateStatus: () => true,
    beforeRedirect: (options: { href?: string }) => {
      requireSafe(options.href ?? '')
    },
  })
  return async ({ method, url, headers, body, timeout = 30_000 }) => {
    requireSafe(url)
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeout), ...(cancelled ? [cancelled] : [])])
      const response = await client.request<Buffer>({ method, url, headers: { ...headers }, data: body, signal })
      return { status: response.status, headers: plainHeaders(response.headers), body: Buffer.from(response.data) }
    } catch (error) {
      cancelled?.throwIfAborted()
      if (!(error instanceof AxiosError)) throw error
      throw new ConnectionError(
        new URL(url).host,
        error.code === 'ERR_CANCELED' ? 'ETIMEDOUT' : (error.code ?? 'no code'),
      )
    }
  }
}

/** Whether a URL's host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
}

function requireSafe(url: string): void {
  const { protocol, host } = new URL(url)
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(host))) return
  throw new Error(`${host} is not asked over ${protocol.slice(0, -1)}: only https is safe outside this machine.`)
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
