import { Agent as ChoosingAgent, type AgentConnectOpts } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { ClientRequest } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import { rootCertificates } from 'node:tls'
import { isLoopback, type Network } from './network.ts'

/** The proxy does not open a way to the host; `code` is `PROXY_` and its status: `PROXY_407`. */
class ProxyRefusal extends Error {
  readonly code: string

  constructor(status: number) {
    super(`The proxy answers ${String(status)}.`)
    this.code = `PROXY_${String(status)}`
  }
}

/**
 * The https connections of a network: each host directly or through its proxy, also after a redirect. A proxy that
 * refuses ends the request with an error of code `PROXY_<status>`, so that its answer is never taken for the host's.
 */
export function outgoingAgent({ proxyFor, authorities }: Network): ChoosingAgent {
  const trust: AgentOptions = authorities.length > 0 ? { ca: [...rootCertificates, ...authorities] } : {}
  const direct = new Agent({ keepAlive: true, ...trust })
  const tunnels = new Map<string, HttpsProxyAgent<string>>()

  function tunnel(proxy: string): HttpsProxyAgent<string> {
    const known = tunnels.get(proxy)
    if (known !== undefined) return known
    const agent = new HttpsProxyAgent(proxy, { keepAlive: true, ...trust })
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
  })(trust)
}
