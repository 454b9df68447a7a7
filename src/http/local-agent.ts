import { Agent as ChoosingAgent, type AgentConnectOpts } from 'agent-base'
import { Agent, type ClientRequest } from 'node:http'
import { isSafeAddress } from '../model/safe-address.ts'
import { UnsafeAddressError } from './http-client.ts'

/** Connections without TLS, to this machine alone: a request for another one ends with UnsafeAddressError. */
export function localAgent(): ChoosingAgent {
  const plain = new Agent({ keepAlive: true })
  return new (class extends ChoosingAgent {
    connect(_request: ClientRequest, { host = '', port }: AgentConnectOpts) {
      const address = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`)
      if (!isSafeAddress(address)) throw new UnsafeAddressError(address)
      return plain
    }
  })({ keepAlive: true })
}
