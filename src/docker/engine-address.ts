/** Where the engine listens. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

const defaultSocket = '/var/run/docker.sock'
const defaultTcpPort = 2375
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Reads DOCKER_HOST: `unix://<path>`, or `tcp://<loopback host>:<port>`; without it the engine's default socket.
 * Throws an Error for anything else: containers are called on this machine's loopback interface.
 */
export function readEngineAddress(environment: NodeJS.ProcessEnv): EngineAddress {
  const dockerHost = environment.DOCKER_HOST
  if (dockerHost === undefined || dockerHost === '') return { kind: 'socket', path: defaultSocket }
  if (dockerHost.startsWith('unix://')) {
    return { kind: 'socket', path: dockerHost.slice('unix://'.length) || defaultSocket }
  }

  const url = URL.canParse(dockerHost) ? new URL(dockerHost) : undefined
  if (url?.protocol === 'tcp:' && loopbackHost.test(url.hostname)) {
    return { kind: 'tcp', host: url.hostname, port: Number(url.port) || defaultTcpPort }
  }
  const shown = url === undefined ? dockerHost : `${url.protocol}//${url.host}`
  throw new Error(
    `Cannot use the Docker engine at ${shown}: the engine has to run on the agent itself. ` +
      'Set DOCKER_HOST to unix://<path of its socket> or tcp://127.0.0.1:<port>.',
  )
}

/** In the form of DOCKER_HOST. */
export function formatEngineAddress(address: EngineAddress): string {
  return address.kind === 'socket' ? `unix://${address.path}` : `tcp://${address.host}:${String(address.port)}`
}
