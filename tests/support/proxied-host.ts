import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { type LoopbackServer, type Reaction, type SeenRequest, startServer } from './loopback-server.ts'

/** A host that only a proxy knows the way to, behind a certificate that only its own authority vouches for. */
export interface ProxiedHost {
  /** `https://<name>`. */
  readonly url: string
  readonly server: LoopbackServer
  /** `http://127.0.0.1:<port>`. */
  readonly proxyUrl: string
  /** PEM of the authority, and a file that holds it until the host stops. */
  readonly authority: string
  authorityFile(): Promise<string>
  /** The requests that the proxy saw: `hooks.example:443`, and the header with its credentials. */
  readonly tunnels: readonly { readonly to: string; readonly authorization: string | undefined }[]
  stop(): Promise<void>
}

export interface ProxiedHostOptions {
  readonly name?: string
  readonly react?: (request: SeenRequest) => Reaction
  /** What the proxy answers; 200 opens the way. */
  readonly proxyStatus?: () => number
  /** What the proxy says before it hangs up, in place of an answer; `silence`: it says nothing and stays. */
  readonly proxySays?: () => string
}

export async function startProxiedHost(options: ProxiedHostOptions = {}): Promise<ProxiedHost> {
  const { name = 'hooks.example', react = () => ({}), proxyStatus = () => 200, proxySays } = options
  const certificate = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  })
  const server = await startServer(react, { key: certificate.private, cert: certificate.cert })
  const tunnels: { to: string; authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const proxy = createServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url: to = '', headers }: IncomingMessage, client: Socket) => {
    tunnels.push({ to, authorization: headers['proxy-authorization'] })
    sockets.add(client)
    if (proxySays !== undefined) {
      const words = proxySays()
      if (words !== 'silence') client.end(words)
      return
    }
    const status = proxyStatus()
    if (status !== 200) {
      client.end(`HTTP/1.1 ${String(status)} Refused\r\ncontent-length: 4\r\n\r\nno.\n`)
      return
    }
    const [address = '', port] = server.host.split(':')
    const target = connect(Number(port), address, () => client.write('HTTP/1.1 200 Connected\r\n\r\n'))
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.pipe(target).pipe(client)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const folder = await mkdtemp(join(tmpdir(), 'proxied-host-'))
  return {
    url: `https://${name}`,
    server,
    proxyUrl: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    authority: certificate.cert,
    async authorityFile() {
      const file = join(folder, 'authority.pem')
      await writeFile(file, certificate.cert)
      return file
    },
    tunnels,
    async stop() {
      await rm(folder, { recursive: true, force: true })
      for (const socket of sockets) socket.destroy()
      proxy.closeAllConnections()
      await Promise.all([server.stop(), new Promise((resolve) => proxy.close(resolve))])
    },
  }
}
