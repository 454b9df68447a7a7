import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type Docker from 'dockerode'
import * as v from 'valibot'
import type { ContainerExit, ContainerRun, RunningContainer } from '../integration-test/engine.ts'
import { ownerLabel, testContainerName } from '../ownership/test-container.ts'
import { type Connection, EngineError, parseAnswer, slowly } from './connection/connection.ts'
import { collectOutput, type ContainerOutput } from './container-output.ts'
import { removeContainer } from './list-contents.ts'

/** Where nobody answers: the address of a container that ended before it got one. */
const nowhere = 'http://127.0.0.1:1'

/** What a shell gives for a command that it cannot run. */
const neverRan = 126
const unknownCode = -1
const absent = 404

/**
 * Starts a container as `docker run` does: the image's own process is number 1, and the engine adds no init of its own.
 * A container that could not start is there all the same, with the reason in `exited`. On a network of the engine it is
 * called there by its own address, else on a random port of the loopback interface.
 */
export async function runContainer(
  request: ContainerRun,
  connection: Connection,
  network?: string,
): Promise<RunningContainer> {
  const { id } = await connection.ask(
    `create a container of ${request.image}`,
    (docker) => docker.createContainer(containerOptions(request, network)),
    slowly,
  )
  try {
    const output = await collectOutput(id, connection)
    const { exited } = await startContainer(id, output, connection)
    const { NetworkSettings } = await inspectContainer(id, connection)
    return {
      address: addressOf(NetworkSettings, request.port, network),
      exited,
      lines: () => output.lines(),
      remove: () => removeContainer(id, connection),
    }
  } catch (error) {
    await removeContainer(id, connection)
    throw error
  }
}

function containerOptions(
  { image, port, environment, owner }: ContainerRun,
  network: string | undefined,
): Docker.ContainerCreateOptions {
  const ports = port === undefined ? [] : [portKey(port)]
  const toEach = <T>(value: T) => Object.fromEntries(ports.map((key) => [key, value]))
  return {
    ...(owner !== undefined && { name: testContainerName(owner), Labels: { [ownerLabel]: owner } }),
    Image: image,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: toEach({}),
    HostConfig: {
      ...(network === undefined
        ? { PortBindings: toEach([{ HostIp: '127.0.0.1', HostPort: '' }]) }
        : { NetworkMode: network }),
    },
  }
}

function addressOf(
  { Ports, Networks }: NetworkSettings,
  port: number | undefined,
  network: string | undefined,
): string {
  if (port === undefined) return nowhere
  const [host, hostPort] =
    network === undefined
      ? ['127.0.0.1', Ports?.[portKey(port)]?.[0]?.HostPort]
      : [Networks?.[network]?.IPAddress ?? '', String(port)]
  return host === '' || hostPort === undefined ? nowhere : `http://${host}:${hostPort}`
}

function portKey(port: number): string {
  return `${String(port)}/tcp`
}

/** Gives the promise of the container's end, which never rejects. */
async function startContainer(
  id: string,
  output: ContainerOutput,
  connection: Connection,
): Promise<{ exited: Promise<ContainerExit> }> {
  const attempt = 'start the container'
  // The head of this answer comes as soon as the engine watches: a container that ends at once is not missed.
  const end = await connection.open(attempt, {
    path: `/containers/${id}/wait?`,
    method: 'POST',
    options: { condition: 'next-exit' },
  })
  try {
    await connection.ask(attempt, (docker) => docker.getContainer(id).start(), slowly)
  } catch (error) {
    end.destroy()
    if (!(error instanceof EngineError)) throw error
    return { exited: Promise.resolve({ code: neverRan, outOfMemory: false, error: error.words }) }
  }
  return { exited: waitForExit(id, { end, output }, connection) }
}

async function waitForExit(
  id: string,
  { end, output }: { readonly end: Readable; readonly output: ContainerOutput },
  connection: Connection,
): Promise<ContainerExit> {
  try {
    const { StatusCode } = parseAnswer(containerEnd, await json(end), 'wait for the container')
    await output.ended
    return { code: StatusCode, outOfMemory: await ranOutOfMemory(id, connection) }
  } catch (error) {
    return { code: unknownCode, outOfMemory: false, lost: error }
  }
}

async function ranOutOfMemory(id: string, connection: Connection): Promise<boolean> {
  try {
    return (await inspectContainer(id, connection)).State.OOMKilled
  } catch (error) {
    // It did not end by itself: it was removed.
    if (error instanceof EngineError && error.status === absent) return false
    throw error
  }
}

const containerEnd = v.object({ StatusCode: v.number() })

/** What is read of `GET /containers/{id}/json`. */
const networkSettings = v.object({
  Ports: v.nullish(v.record(v.string(), v.nullish(v.array(v.object({ HostPort: v.string() }))))),
  Networks: v.nullish(v.record(v.string(), v.object({ IPAddress: v.nullish(v.string()) }))),
})
const containerDescription = v.object({
  State: v.object({ OOMKilled: v.boolean() }),
  NetworkSettings: networkSettings,
})

type NetworkSettings = v.InferOutput<typeof networkSettings>

async function inspectContainer(
  id: string,
  connection: Connection,
): Promise<v.InferOutput<typeof containerDescription>> {
  const attempt = 'inspect the container'
  const answer = await connection.ask(attempt, (docker) => docker.getContainer(id).inspect())
  return parseAnswer(containerDescription, answer, attempt)
}
