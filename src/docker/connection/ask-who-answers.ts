import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'
import { cleanLine } from '../../model/clean-line.ts'
import { parseJson } from '../../model/parse-json.ts'
import type { EngineAddress } from './engine-address.ts'

/** Who listens at an address. Podman speaks a part of Docker's API, without BuildKit. */
export type Listener =
  | { readonly who: 'engine' | 'podman' | 'other' }
  /** An engine behind TLS, or a proxy, with its words. */
  | { readonly who: 'refuses'; readonly words: string }

/**
 * Asks who answers: each engine says so with the version of its API. This request is our own, since docker-modem would
 * follow a web server's redirects. https://docs.docker.com/reference/api/engine/
 */
export async function askWhoAnswers(address: EngineAddress, signal: AbortSignal): Promise<Listener> {
  const answer = await ping(address, signal)
  const { statusCode: status = 0, headers } = answer
  if (status === 200) answer.resume()
  if (headers['libpod-api-version'] !== undefined) return { who: 'podman' }
  if (status === 200) return { who: headers['api-version'] === undefined ? 'other' : 'engine' }
  const words = cleanLine(wordsOf(await text(answer)))
  return isRefusal(status) ? { who: 'refuses', words } : { who: 'other' }
}

function ping(address: EngineAddress, signal: AbortSignal): Promise<IncomingMessage> {
  const place =
    address.kind === 'socket'
      ? { socketPath: address.path }
      : { host: withoutBrackets(address.host), port: address.port }
  return new Promise((resolve, reject) => {
    request({ ...place, path: '/_ping', signal, agent: false }, resolve)
      .on('error', reject)
      .end()
  })
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** A web server does not know the path, or leads elsewhere. */
function isRefusal(status: number): boolean {
  return [400, 401, 403, 407].includes(status) || status >= 500
}

const refusal = v.object({ message: v.string() })

/** The engine's errors are JSON. */
function wordsOf(body: string): string {
  const parsed = v.safeParse(refusal, parseJson(body))
  return parsed.success ? parsed.output.message : body.trim()
}
