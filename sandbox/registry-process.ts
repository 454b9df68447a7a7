import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

/** One line of the registry's access log. */
export interface RegistryRequest {
  readonly method: string
  /** Path with its query, such as `/v2/dotnet/aspnet/manifests/10.0`. */
  readonly path: string
  readonly status: number
}

/** A running container registry on the loopback interface. */
export interface RegistryProcess {
  /** `localhost:<port>`: as it stands in an image reference; engines trust it without TLS. */
  readonly host: string
  /** Every request answered so far, oldest first. */
  readonly requests: readonly RegistryRequest[]
  stop(): Promise<void>
}

/**
 * Starts the CNCF distribution registry (`docker-registry` of Debian) with its storage in `folder`.
 * What was pushed is still there when it is started on the same folder again, on whatever port it gets then.
 * `settings` are added to its configuration: https://distribution.github.io/distribution/about/configuration/
 */
export async function startRegistry(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RegistryProcess> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const configuration = join(folder, 'registry.json')
  await writeFile(configuration, JSON.stringify({ ...registryConfiguration(folder, port), ...settings }))

  const child = spawn('docker-registry', ['serve', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C is for the process that uses it, which then stops it.
    detached: true,
  })
  const kill = () => child.kill('SIGTERM')
  process.once('exit', kill)
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      resolve(`exit ${String(code ?? signal)}`)
    })
  })
  const requests: RegistryRequest[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const request = parseAccessLog(line)
    if (request !== undefined) requests.push(request)
  })
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-2000)
  })

  const host = `localhost:${String(port)}`
  const outcome = await Promise.race([answers(`http://127.0.0.1:${String(port)}/v2/`), exited])
  if (outcome !== 'answers') throw new Error(`Cannot start docker-registry: ${outcome}. ${lastWords}`)
  requests.length = 0

  return {
    host,
    requests,
    async stop() {
      process.off('exit', kill)
      kill()
      await exited
    },
  }
}

function registryConfiguration(folder: string, port: number): object {
  return {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${String(port)}`, secret: randomBytes(16).toString('hex') },
  }
}

/** Reads `127.0.0.1 - - [date] "HEAD /v2/a/manifests/b HTTP/1.1" 200 735 "" "agent"`. */
function parseAccessLog(line: string): RegistryRequest | undefined {
  const [, method, path, status] = /"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3}) /.exec(line) ?? []
  if (method === undefined || path === undefined) return undefined
  return { method, path, status: Number(status) }
}

async function answers(url: string): Promise<'answers' | 'no answer in 10 s'> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    if (response?.ok || response?.status === 401) return 'answers'
    await pause(50)
  }
  return 'no answer in 10 s'
}

/** A loopback port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return address.port
}
