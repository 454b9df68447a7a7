import { readFileSync } from 'node:fs'
import { getProxyForUrl } from 'proxy-from-env'

/** How an agent reaches other machines. */
export interface Network {
  /** The address of the proxy on the way to a URL, with its credentials if it wants any; undefined: there is none. */
  readonly proxyFor: (url: string) => string | undefined
  /** Certificate authorities in PEM that count beside those of Node. */
  readonly authorities: readonly string[]
}

/**
 * The network as the agent is configured for it, else as the environment says: `HTTPS_PROXY`, `NO_PROXY`,
 * `NODE_EXTRA_CA_CERTS`. This machine is never asked through a proxy. Throws where a file of authorities cannot be read.
 * https://learn.microsoft.com/azure/devops/pipelines/agents/proxy
 */
export function readNetwork(variable: (name: string) => string | undefined = () => undefined): Network {
  const caFile = variable('Agent.CAInfo')
  return {
    proxyFor: agentProxy(variable) ?? environmentProxy,
    // Authorities that are given take the place of all others, also of those that Node read by itself.
    authorities: caFile
      ? [caFile, process.env.NODE_EXTRA_CA_CERTS].flatMap((file) => (file ? [readPem(file)] : []))
      : [],
  }
}

/** Whether a URL's host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
}

function agentProxy(variable: (name: string) => string | undefined): Network['proxyFor'] | undefined {
  const address = variable('Agent.ProxyUrl')
  if (!address) return undefined
  const proxy = parseProxy(address, "the agent's configuration")
  proxy.username = encodeURIComponent(variable('Agent.ProxyUsername') ?? '')
  proxy.password = encodeURIComponent(variable('Agent.ProxyPassword') ?? '')
  const bypasses = parseBypasses(variable('Agent.ProxyBypassList') ?? '[]')
  return (url) => (bypasses.some((bypass) => bypass.test(url)) ? undefined : proxy.href)
}

function environmentProxy(url: string): string | undefined {
  const address = getProxyForUrl(url)
  if (address === '') return undefined
  const proxy = parseProxy(address, 'HTTPS_PROXY').href
  // What is given without a scheme speaks http, as for curl; the package takes it for the scheme of the URL.
  return Object.values(process.env).includes(address) ? proxy : proxy.replace(/^https:/, 'http:')
}

/** The address may hold a password, so no message shows it. */
function parseProxy(address: string, source: string): URL {
  if (URL.canParse(address) && /^https?:/i.test(address)) return new URL(address)
  throw new Error(`Cannot use the proxy of ${source}: it is no http address. Write it as http://host:port.`)
}

/** The agent keeps .NET's expressions; one that JavaScript does not know bypasses nothing. */
function parseBypasses(list: string): RegExp[] {
  return (JSON.parse(list) as unknown[]).flatMap((expression) => {
    try {
      return [new RegExp(String(expression), 'i')]
    } catch {
      return []
    }
  })
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(
      `Cannot read the certificate authorities in ${file}. Correct the agent's sslcacert or NODE_EXTRA_CA_CERTS.`,
      { cause: error },
    )
  }
}
