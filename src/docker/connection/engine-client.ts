import Docker from 'dockerode'
import type { EngineAddress } from './engine-address.ts'

export type DialOptions = Omit<Parameters<Docker['modem']['dial']>[0], 'statusCodes'>

/** A client of the engine at this address. All its requests end with the signal, where there is one. */
export function engineClient(address: EngineAddress, abortSignal?: AbortSignal): Docker {
  // What is undefined here would otherwise be read from the process's own DOCKER_HOST.
  const docker = new Docker(
    address.kind === 'socket'
      ? { socketPath: address.path, host: undefined, port: undefined, protocol: 'http' }
      : { socketPath: undefined, host: `http://${address.host}`, port: address.port, protocol: 'http' },
  )
  if (abortSignal !== undefined) {
    // Given with a call, dockerode leaves the signal out of some requests and sends it along as an option in others.
    const { modem } = docker
    const dialPlainly = modem.dial.bind(modem)
    modem.dial = (options, callback) => {
      dialPlainly({ ...options, abortSignal }, callback)
    }
  }
  return docker
}

/** Sends one request; gives what docker-modem makes of an answer of 200. */
export function dial({ modem }: Docker, request: DialOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    modem.dial({ ...request, statusCodes: { 200: true } }, (error, answer) => {
      if (error === null) resolve(answer)
      else reject(error)
    })
  })
}
