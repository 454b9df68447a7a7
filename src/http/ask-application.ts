import { codeOf } from '../model/error-text.ts'
import { type IncomingMessage, request as open } from 'node:http'

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
    const response = await send(url, { method, headers: { ...headers, ...lengthOf(body) }, signal }, body)
    status = response.statusCode ?? 0
    const { location } = response.headers
    return { status, ...(location !== undefined && { location }), body: await beginning(response) }
  } catch (error) {
    cancelled?.throwIfAborted()
    const code = deadline.aborted ? 'ETIMEDOUT' : (codeOf(error) ?? 'no code')
    if (status !== undefined) return { unusable: `${String(status)}, then the connection was cut (${code})` }
    if (!code.startsWith('HPE_')) throw new Error(`no answer (${code})`, { cause: error })
    // How an answer begins: what speaks TLS alone begins with an alert.
    const hint = code === 'HPE_INVALID_CONSTANT' ? '; does it speak https?' : ''
    return { unusable: `no usable HTTP (${code}${hint})` }
  }
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
