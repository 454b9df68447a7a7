import { Agent as ChoosingAgent, type AgentConnectOpts } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { ClientRequest } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import type { Socket } from 'node:net'
import { rootCertificates } from 'node:tls'
import { isLoopback } from '../model/safe-address.ts'
import type { Network } from './network.ts'

/** The proxy does not open a way to the host; `code` is `PROXY_` and its status, or `PROXY_GARBLED` where it has none. */
class ProxyRefusal extends Error {
  readonly code: string

  constructor(status = Number.NaN) {
    const answer = Number.isNaN(status) ? 'GARBLED' : String(status)
    super(`The proxy's answer is ${answer}.`)
    this.code = `PROXY_${answer}`
  }
}

/** Connections through a proxy; what the library throws by itself has no code. */
class TunnelAgent extends HttpsProxyAgent<string> {
  override async connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    try {
      return await super.connect(request, options)
    } catch (error) {
      throw error instanceof Error && 'code' in error ? error : new ProxyRefusal()
    }
  }
}

/** Whom the connections trust, and as whom they appear. */
function trustOf({ authorities, clientCertificate, trustsEverybody }: Omit<Network, 'proxyFor'>): AgentOptions {
  return {
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
    ...clientCertificate,
    ...(trustsEverybody === true && { rejectUnauthorized: false }),
  }
}

/**
 * The https connections of a network: each host directly or through its proxy, also after a redirect. A proxy that
 * refuses ends the request with an error of code `PROXY_<status>`, so that its answer is never taken for the host's.
 */
export function outgoingAgent({ proxyFor, ...certificates }: Network): ChoosingAgent {
  const trust = trustOf(certificates)
  const direct = new Agent({ keepAlive: true, ...trust })
  const tunnels = new Map<string, TunnelAgent>()

  function tunnel(proxy: string): TunnelAgent {
    const known = tunnels.get(proxy)
    if (known !== undefined) return known
    const agent = new TunnelAgent(proxy, { keepAlive: true, ...trust })
    agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
      if (statusCode !== 200) request.destroy(new ProxyRefusal(statusCode))
    })
    tunnels.set(proxy, agent)
    return agent
  }

  return new (class extends ChoosingAgent {
    connect(_request: ClientRequest, { host = '', port }: AgentConnectOpts) {
      const url = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${String(port)}`)
      const proxy = isLoopback(url.hostname) ? undefined : proxyFor(url.href)
      return proxy === undefined ? direct : tunnel(proxy)
    }
  })({ keepAlive: true, ...trust })
}
