import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { readDockerContext } from './docker-context.ts'

/** Where the engine listens. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

export type Environment = Readonly<Record<string, string | undefined>>

const defaultSocket = '/var/run/docker.sock'
const defaultTcpPort = 2375
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** An address is not one of an engine on this machine. */
export class EngineAddressError extends Error {
  override readonly name = 'EngineAddressError'
  /** As it was given, without a user's name. */
  readonly address: string
  /** How to write it, where it is nearly right. */
  readonly better: string | undefined

  constructor(address: string, better: string | undefined) {
    super(address)
    this.address = address
    this.better = better
  }
}

/**
 * Where Docker's own tools would look: DOCKER_HOST, DOCKER_CONTEXT, the context that `docker context use` chose, the
 * default socket or that of a rootless engine. An address is `unix://<path>` or `tcp://<loopback host>:<port>`; throws
 * EngineAddressError for anything else, since containers are called on this machine.
 * https://docs.docker.com/engine/manage-resources/contexts/
 */
export function readEngineAddress(environment: Environment, socket = defaultSocket): EngineAddress {
  const dockerHost = environment.DOCKER_HOST ?? ''
  if (dockerHost !== '') return parseAddress(dockerHost, dockerHost)
  const context = readDockerContext(environment)
  if (context !== undefined) return parseAddress(context.host, `${context.host} of the context "${context.name}"`)
  return { kind: 'socket', path: findSocket(environment, socket) }
}

function parseAddress(address: string, shown: string): EngineAddress {
  if (address.startsWith('unix://')) {
    return { kind: 'socket', path: address.slice('unix://'.length) || defaultSocket }
  }
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === 'tcp:' && loopbackHost.test(url.hostname)) {
    return { kind: 'tcp', host: url.hostname, port: Number(url.port) || defaultTcpPort }
  }
  const shownAddress = url === undefined ? shown : shown.replace(address, `${url.protocol}//${url.host}`)
  throw new EngineAddressError(shownAddress, findBetterAddress(address, url))
}

/** The address that was meant, where that can be told. */
function findBetterAddress(address: string, url: URL | undefined): string | undefined {
  if (address.startsWith('/')) return `unix://${address}`
  if (url !== undefined && /^https?:$/.test(url.protocol) && loopbackHost.test(url.hostname)) {
    return `tcp://${url.hostname}:${url.port || String(defaultTcpPort)}`
  }
  return undefined
}

/** The first that may be used, else the first that is there. */
function findSocket({ XDG_RUNTIME_DIR: runtime = '' }: Environment, usual: string): string {
  const ownRuntime = runtime === '' ? `/run/user/${String(process.getuid?.() ?? 0)}` : runtime
  const sockets = [usual, join(ownRuntime, 'docker.sock')]
  return sockets.find(isUsable) ?? sockets.find((socket) => existsSync(socket)) ?? usual
}

function isUsable(socket: string): boolean {
  try {
    accessSync(socket, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** In the form of DOCKER_HOST. */
export function formatEngineAddress(address: EngineAddress): string {
  return address.kind === 'socket' ? `unix://${address.path}` : `tcp://${address.host}:${String(address.port)}`
}
