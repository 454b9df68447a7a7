import { readFileSync } from 'node:fs'
import { getProxyForUrl } from 'proxy-from-env'
import * as v from 'valibot'

/** How an agent reaches other machines. */
export interface Network {
  /** The address of the proxy on the way to a URL, with its credentials if it wants any; undefined: there is none. */
  readonly proxyFor: (url: string) => string | undefined
  /** Certificate authorities in PEM that count beside those of Node. */
  readonly authorities: readonly string[]
}

/** A setting of the agent or of the environment that cannot be used. */
export type NetworkSetting =
  /** Its address is no http address; `of` is who gives it. */
  | { readonly is: 'proxy'; readonly of: string }
  | { readonly is: 'proxy-bypass-list' }
  | { readonly is: 'authorities'; readonly file: string }

/** The network cannot be used as it is set up; nothing was sent. */
export class NetworkSettingError extends Error {
  override readonly name = 'NetworkSettingError'
  readonly isUnsent = true
  readonly setting: NetworkSetting

  constructor(setting: NetworkSetting, options?: ErrorOptions) {
    super(setting.is, options)
    this.setting = setting
  }
}

/**
 * The network as the agent is configured for it, else as the environment says: `HTTPS_PROXY`, `NO_PROXY`,
 * `NODE_EXTRA_CA_CERTS`. This machine is never asked through a proxy. Throws NetworkSettingError for what cannot be used; of the environment's proxy when it
 * is asked for.
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
  throw new NetworkSettingError({ is: 'proxy', of: source })
}

const bypassList = v.pipe(v.string(), v.parseJson(), v.array(v.string()))

/** The agent keeps .NET's expressions; one that JavaScript does not know bypasses nothing. */
function parseBypasses(list: string): RegExp[] {
  const expressions = v.safeParse(bypassList, list)
  if (!expressions.success) {
    throw new NetworkSettingError({ is: 'proxy-bypass-list' })
  }
  return expressions.output.flatMap((expression) => {
    try {
      return [new RegExp(expression, 'i')]
    } catch {
      return []
    }
  })
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new NetworkSettingError({ is: 'authorities', file }, { cause: error })
  }
}
