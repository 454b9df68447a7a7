import { readFileSync } from 'node:fs'
import { getProxyForUrl } from 'proxy-from-env'
import * as v from 'valibot'

/** How an agent reaches other machines. */
export interface Network {
  /** The address of the proxy on the way to a URL, with its credentials if it wants any; undefined: there is none. */
  readonly proxyFor: (url: string) => string | undefined
  /** Certificate authorities in PEM that count beside those of Node. */
  readonly authorities: readonly string[]
  /** What this machine shows to a proxy or a host that asks who it is. */
  readonly clientCertificate?: ClientCertificate
  /** Certificates are not checked, as somebody configured the agent. */
  readonly trustsEverybody?: boolean
}

/** A certificate and its key in PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
  readonly passphrase?: string
}

/** A setting of the agent or of the environment that cannot be used. */
export type NetworkSetting =
  /** Its address is no http address; `of` is who gives it. */
  | { readonly is: 'proxy'; readonly of: string }
  | { readonly is: 'proxy-bypass-list' }
  | { readonly is: 'authorities' | 'client-certificate'; readonly file: string }

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

type Variable = (name: string) => string | undefined

/**
 * The network as the agent is configured for it, else as the environment says: `HTTPS_PROXY`, `NO_PROXY`,
 * `NODE_EXTRA_CA_CERTS`. This machine is never asked through a proxy. Throws NetworkSettingError for what cannot be
 * used; of the environment's proxy when it is asked for.
 * https://learn.microsoft.com/azure/devops/pipelines/agents/proxy
 * https://learn.microsoft.com/azure/devops/pipelines/agents/certificate
 */
export function readNetwork(variable: Variable = () => undefined): Network {
  const caFile = variable('Agent.CAInfo')
  const clientCertificate = readClientCertificate(variable)
  return {
    ...(clientCertificate && { clientCertificate }),
    ...(skipsCertificateChecks(variable) && { trustsEverybody: true }),
    proxyFor: agentProxy(variable) ?? environmentProxy,
    // Authorities that are given take the place of all others, also of those that Node read by itself.
    authorities: caFile
      ? [caFile, process.env.NODE_EXTRA_CA_CERTS].flatMap((file) => (file ? [readPem('authorities', file)] : []))
      : [],
  }
}

/** What people should know of how the agent is configured, before anything is sent: a sentence each. */
export function networkWarnings(variable: Variable): string[] {
  const ignored = invalidBypasses(variable('Agent.ProxyBypassList') ?? '[]')
  return [
    ...(process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
      ? [
          "NODE_TLS_REJECT_UNAUTHORIZED=0 is set on the agent: no host's certificate is checked, so anybody on the way can read and change what the task sends, also credentials. Remove it, and give the certificate authority in NODE_EXTRA_CA_CERTS.",
        ]
      : []),
    ...(skipsCertificateChecks(variable)
      ? [
          "The agent is configured with sslskipcertvalidation (Agent.SkipCertValidation): no host's certificate is checked, so anybody on the way can read and change what the task sends, also credentials. Configure the agent with sslcacert instead.",
        ]
      : []),
    ...ignored.map(
      (expression) => `The agent's .proxybypass has "${expression}", which is not an expression; it is ignored.`,
    ),
  ]
}

function skipsCertificateChecks(variable: Variable): boolean {
  return variable('Agent.SkipCertValidation')?.toLowerCase() === 'true'
}

/** The agent has the same pair in an archive, for .NET. */
function readClientCertificate(variable: Variable): ClientCertificate | undefined {
  const [certFile, keyFile] = [variable('Agent.ClientCert'), variable('Agent.ClientCertKey')]
  if (!certFile || !keyFile) return undefined
  const passphrase = variable('Agent.ClientCertPassword')
  return {
    cert: readPem('client-certificate', certFile),
    key: readPem('client-certificate', keyFile),
    ...(passphrase !== undefined && { passphrase }),
  }
}

function agentProxy(variable: Variable): Network['proxyFor'] | undefined {
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
  return expressions.output.flatMap((expression) => parseBypass(expression) ?? [])
}

function invalidBypasses(list: string): string[] {
  const expressions = v.safeParse(bypassList, list)
  return expressions.success ? expressions.output.filter((expression) => parseBypass(expression) === undefined) : []
}

function parseBypass(expression: string): RegExp | undefined {
  try {
    return new RegExp(expression, 'i')
  } catch {
    return undefined
  }
}

function readPem(is: 'authorities' | 'client-certificate', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new NetworkSettingError({ is, file }, { cause: error })
  }
}
