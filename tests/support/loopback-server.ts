import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface SeenRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  /** 200 if left out. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Whether the connection breaks after the body; with a larger `content-length` the answer is then not whole. */
  readonly isCut?: boolean
  /** Whether the answer stays open after the body. */
  readonly isEndless?: boolean
}

/** `reset` cuts the connection, `silence` never answers. */
export type Reaction = Answer | 'reset' | 'silence'

/** A server on the loopback interface whose every answer is written by the test. */
export interface LoopbackServer {
  /** `127.0.0.1:<port>`. */
  readonly host: string
  /** `http://127.0.0.1:<port>`, https with a certificate. */
  readonly url: string
  /** Oldest first. */
  readonly requests: readonly SeenRequest[]
  stop(): Promise<void>
}

/** With a certificate it speaks https. */
export async function startServer(
  react: (request: SeenRequest) => Reaction,
  certificate?: { readonly key: string; readonly cert: string },
): Promise<LoopbackServer> {
  const requests: SeenRequest[] = []
  const listener: RequestListener = (incoming, response) => {
    void text(incoming).then((body) => {
      const { method = '', url: path = '', headers } = incoming
      const request = { method, path, headers, body }
      requests.push(request)
      const reaction = react(request)
      if (reaction === 'reset') incoming.socket.resetAndDestroy()
      else if (reaction !== 'silence') answer(response, reaction)
    })
  }
  const server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    host,
    url: `${certificate === undefined ? 'http' : 'https'}://${host}`,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(response: ServerResponse, { status = 200, headers, body = '', ...how }: Answer): void {
  response.writeHead(status, headers)
  if (how.isEndless === true) response.write(body)
  else if (how.isCut === true) response.write(body, () => response.destroy())
  else response.end(body)
}
