import { codeOf } from '../model/error-text.ts'
import { type IncomingMessage, request as open } from 'node:http'
import { connect } from 'node:tls'

/** What an application under test is asked. */
export interface ApplicationRequest {
  readonly method: string
  /** Plain http: the application is on this machine, or on a network of its engine. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds until the answer must have begun. */
  readonly timeout: number
}

export interface ApplicationAnswer {
  readonly status: number
  readonly location?: string
  /** The first 2,000 characters; fewer where they do not come within half a second. */
  readonly body: string
}

/**
 * Asks an application one thing, exactly as it is written: no header but Host, Connection and the body's length is
 * added, no redirect followed, no proxy asked. What came but is no whole answer is `unusable`: `200, then the connection was cut
 * (ECONNRESET)`. Written with Node's own client, since axios rewrites JSON bodies. Throws
 * an Error such as `no answer (ECONNRESET)` where nothing came, and the signal's reason where that ends it.
 */
export async function askApplication(
  { method, url, headers, body, timeout }: ApplicationRequest,
  { signal: cancelled }: { readonly signal?: AbortSignal } = {},
): Promise<ApplicationAnswer | { readonly unusable: string }> {
  const deadline = AbortSignal.timeout(Math.ceil(timeout))
  const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled])
  let status: number | undefined
  try {
    const sent = { ...headers, ...lengthOf(body) }
    const response = await send(url, { ...tolerant, method, headers: sent, signal }, body)
    status = response.statusCode ?? 0
    const { location } = response.headers
    return { status, ...(location !== undefined && { location }), body: await beginning(response) }
  } catch (error) {
    cancelled?.throwIfAborted()
    const code = deadline.aborted ? 'ETIMEDOUT' : (codeOf(error) ?? 'no code')
    if (status !== undefined) return { unusable: `${String(status)}, then the connection was cut (${code})` }
    if (code === 'ETIMEDOUT' || code === 'ECONNREFUSED') throw new Error(`no answer (${code})`, { cause: error })
    const understood = readLeniently(error)
    if (understood !== undefined) return understood
    // What speaks TLS alone answers a plain request with an alert, or ends the connection.
    if (await speaksTls(url, signal)) return { unusable: httpsAlone }
    cancelled?.throwIfAborted()
    if (!code.startsWith('HPE_')) throw new Error(`no answer (${code})`, { cause: error })
    return { unusable: `no usable HTTP (${code})` }
  }
}

/** As browsers are: they take lines without CR, and headers far above the 16 KB of Node. */
const tolerant = { insecureHTTPParser: true, maxHeaderSize: 256 * 1024 } as const

const httpsAlone =
  'no usable HTTP (it speaks https alone; let it answer http on this port, for example by ASPNETCORE_HTTP_PORTS)'

/**
 * An answer that Node's parser refuses and browsers take, such as one whose length is said twice; undefined where it
 * does not begin as HTTP does.
 */
function readLeniently(error: unknown): ApplicationAnswer | undefined {
  if (!(error instanceof Error && 'rawPacket' in error && Buffer.isBuffer(error.rawPacket))) return undefined
  const [head = '', ...rest] = error.rawPacket.toString().split(/\r?\n\r?\n/)
  const status = /^HTTP\/1\.[01] (\d{3})(?: |\r?\n|$)/.exec(head)?.[1]
  if (status === undefined) return undefined
  const location = /^location:[ \t]*(.*?)[ \t]*\r?$/im.exec(head)?.[1]
  const body = rest.join('\n\n').slice(0, shownCharacters)
  return { status: Number(status), ...(location !== undefined && { location }), body }
}

/** Whether a TLS handshake succeeds where a plain request did not. */
function speaksTls(url: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
    const end = (speaks: boolean) => () => {
      socket.destroy()
      resolve(speaks)
    }
    socket.setTimeout(longestWait, end(false))
    socket.once('secureConnect', end(true)).once('error', end(false)).once('close', end(false))
  })
}

function send(url: string, options: Parameters<typeof open>[1], body = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Without an agent: a connection that is kept would belong to a container that is gone.
    open(url, { ...options, agent: false }, resolve)
      .once('upgrade', (response, socket) => {
        socket.destroy()
        resolve(response)
      })
      .once('error', reject)
      .once('close', () => {
        reject(new Error('The connection closed.'))
      })
      .end(body)
  })
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
}

/** An answer may be endless, as a stream of events is: its status is known, and what is shown of it is enough. */
function beginning(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const finish = () => {
      clearTimeout(timer)
      response.destroy()
      resolve(text.slice(0, shownCharacters))
    }
    const timer = setTimeout(finish, longestWait)
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.length >= shownCharacters) finish()
    })
    response.once('end', finish).once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}

const shownCharacters = 2000
const longestWait = 500
