import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Duplex, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** What the engine answers to one kind of request. */
export interface FakeAnswer {
  /** 200 if left out. */
  readonly status?: number
  /** One JSON document, or bytes as they are or as they come. */
  readonly body?: unknown
  /** Messages, each sent as a JSON line. */
  readonly lines?: readonly unknown[]
  /** Answers without reading what is uploaded: `cut` breaks the connection after the body, `open` leaves it open. */
  readonly end?: 'cut' | 'open'
}

/** Answers by `<method> <path>`; a function is asked each time. */
export type FakeAnswers = Readonly<Record<string, FakeAnswer | (() => FakeAnswer)>>

interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** An engine on a socket of its own that plays scripted answers. */
export interface FakeEngine {
  /** For DOCKER_HOST. */
  readonly host: string
  /** Every request whose body came to its end, and those for a session; oldest first. */
  readonly requests: readonly FakeRequest[]
  /** The engine's ends of the BuildKit sessions that are open. */
  readonly sessions: ReadonlySet<Duplex>
  /** Settles when the other side has closed every session. */
  sessionsEnd(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts an engine with an answer for each `<method> <path>`. Without one, `GET /_ping` is answered without being
 * noted, a `POST /session` is accepted, and anything else is answered with 404.
 */
export async function startFakeEngine(answers: FakeAnswers): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'))
  const socket = join(folder, 'docker.sock')
  const requests: FakeRequest[] = []
  const sessions = new Set<Duplex>()

  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://engine')
    const method = request.method ?? ''
    if (path === '/_ping' && answers['GET /_ping'] === undefined) {
      response.setHeader('Api-Version', '1.51').end('OK')
      return
    }
    const scripted = answers[`${method} ${path}`] ?? { status: 404, body: { message: `no such thing: ${path}` } }
    const answer = typeof scripted === 'function' ? scripted() : scripted
    if (answer.end !== undefined) {
      send(answer, response)
      return
    }
    void buffer(request).then(
      (body) => {
        requests.push({ method, path, query: Object.fromEntries(searchParams), headers: request.headers, body })
        send(answer, response)
      },
      () => response.destroy(),
    )
  })
  server.on('upgrade', (request, connection: Duplex) => {
    const { method = '', url: path = '', headers } = request
    requests.push({ method, path, query: {}, headers, body: Buffer.alloc(0) })
    const refusal = answers[`${method} ${path}`]
    if (typeof refusal === 'object') {
      const body = JSON.stringify(refusal.body)
      connection.end(`HTTP/1.1 ${String(refusal.status)} No\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`)
      return
    }
    sessions.add(connection)
    connection
      .on('error', () => undefined)
      .on('end', () => connection.end())
      .on('close', () => sessions.delete(connection))
    connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))

  return {
    host: `unix://${socket}`,
    requests,
    sessions,
    async sessionsEnd() {
      await Promise.all([...sessions].map((session) => once(session.resume(), 'close')))
    },
    async stop() {
      for (const session of sessions) session.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

function send({ status = 200, body, lines = [], end }: FakeAnswer, response: ServerResponse): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.flushHeaders()
  if (body instanceof Readable) {
    body.pipe(response)
    return
  }
  const document = Buffer.isBuffer(body) ? body : body === undefined ? '' : JSON.stringify(body)
  const content = Buffer.concat([
    Buffer.from(document),
    ...lines.map((line) => Buffer.from(`${JSON.stringify(line)}\r\n`)),
  ])
  if (end === undefined) response.end(content)
  else if (end === 'open') response.write(content)
  else response.write(content, () => response.destroy())
}
