import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request as send, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { generate } from 'selfsigned'

/** What the proxy does: opens the way to who knows its password, refuses everybody, or opens it and hangs up. */
export type ProxyManner = 'admits' | 'refuses' | 'cuts'

/**
 * Hosts with https that only a proxy knows the way to. The proxy wants a password, and the certificates of the hosts are
 * of an authority that nobody knows.
 */
export interface PrivateNetwork {
  /** `http://127.0.0.1:<port>`. */
  readonly proxyUrl: string
  readonly username: string
  readonly password: string
  /** A file with the authority, in PEM. */
  readonly authorityFile: string
  /** The hosts that somebody asked the proxy for, with whether it knew them by their password. */
  readonly asked: readonly { readonly to: string; readonly isAdmitted: boolean }[]
  manner: ProxyManner
  stop(): Promise<void>
}

/** Starts it; `hosts` are names, each with the server on this machine that answers for it, `http://127.0.0.1:<port>`. */
export async function startPrivateNetwork(hosts: Readonly<Record<string, string>>): Promise<PrivateNetwork> {
  const certificate = await generate([{ name: 'commonName', value: 'A private authority' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: Object.keys(hosts).map((value) => ({ type: 2, value })) },
    ],
  })
  const folder = await mkdtemp(join(tmpdir(), 'private-network-'))
  const authorityFile = join(folder, 'authority.pem')
  await writeFile(authorityFile, certificate.cert)
  const secure = createSecureServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    passOn(request, response, hosts).catch(() => response.destroy())
  })
  const sockets = new Set<Socket>()
  const asked: { to: string; isAdmitted: boolean }[] = []
  const [username, password] = ['proxy-user', 'canary of the proxy/+%']
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const proxy = createServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url: to = '', headers }: IncomingMessage, client: Socket) => {
    keep(client, sockets)
    const isAdmitted = headers['proxy-authorization'] === expected
    asked.push({ to, isAdmitted })
    if (!isAdmitted)
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\n\r\n')
    else if (network.manner === 'refuses') client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    else if (network.manner === 'cuts') client.end('HTTP/1.1 200 Connected\r\n\r\n')
    else {
      const target = connect(portOf(secure), '127.0.0.1', () => client.write('HTTP/1.1 200 Connected\r\n\r\n'))
      keep(target, sockets)
      client.pipe(target).pipe(client)
    }
  })
  for (const server of [secure, proxy]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
  const network: PrivateNetwork = {
    proxyUrl: `http://127.0.0.1:${String(portOf(proxy))}`,
    username,
    password,
    authorityFile,
    asked,
    manner: 'admits',
    async stop() {
      for (const socket of sockets) socket.destroy()
      for (const server of [secure, proxy]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      await rm(folder, { recursive: true })
    },
  }
  return network
}

/** Hands a request to the server that answers for its host, as it is: signatures cover the host. */
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: Readonly<Record<string, string>>,
): Promise<void> {
  const { method, url = '/', headers } = request
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const passed = send(new URL(url, hosts[headers.host ?? '']), { method, headers }, resolve)
    pipeline(request, passed).catch(reject)
  })
  const status = answer.statusCode ?? 502
  const told = { ...answer.headers }
  if (told.location !== undefined) told.location = renamed(told.location, hosts)
  if (told['content-type']?.includes('json') !== true) {
    response.writeHead(status, told)
    await pipeline(answer, response)
    return
  }
  const body = Buffer.from(renamed(await text(answer), hosts))
  delete told['transfer-encoding']
  response.writeHead(status, { ...told, 'content-length': body.length }).end(body)
}

/** The addresses of an answer as they are in this network. */
function renamed(written: string, hosts: Readonly<Record<string, string>>): string {
  return Object.entries(hosts).reduce((known, [name, url]) => {
    return known.replaceAll(url, `https://${name}`).replaceAll(new URL(url).host, name)
  }, written)
}

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.on('error', () => socket.destroy())
}

function portOf(server: Server | ReturnType<typeof createSecureServer>): number {
  return (server.address() as AddressInfo).port
}
