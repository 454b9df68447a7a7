import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type Docker from 'dockerode'
import * as v from 'valibot'
import type { ContainerExit, ContainerRun, RunningContainer } from '../integration-test/engine.ts'
import { type Connection, EngineError } from './connection.ts'
import { collectOutput, type ContainerOutput } from './container-output.ts'

/** Where nobody answers: the address of a container that ended before it got one. */
const nowhere = 'http://127.0.0.1:1'

/** What a shell gives for a command that it cannot run. */
const neverRan = 126
const unknownCode = -1
const absent = 404
const beingRemoved = 409

/** Starts a container. One that could not start is there all the same, with the reason in `exited`. */
export async function runContainer(request: ContainerRun, connection: Connection): Promise<RunningContainer> {
  const container = await connection.call(`create a container of ${request.image}`, (docker) =>
    docker.createContainer(containerOptions(request)),
  )
  try {
    const output = await collectOutput(container, connection)
    const { exited } = await startContainer(container, output, connection)
    const { NetworkSettings } = await inspectContainer(container, connection)
    const ports = request.port === undefined ? undefined : NetworkSettings.Ports?.[portKey(request.port)]
    const [binding] = ports ?? []
    return {
      address: binding === undefined ? nowhere : `http://127.0.0.1:${binding.HostPort}`,
      exited,
      lastLines: () => output.lastLines(),
      remove: () => removeContainer(container, connection),
    }
  } catch (error) {
    await removeContainer(container, connection)
    throw error
  }
}

function containerOptions({ image, port, environment }: ContainerRun): Docker.ContainerCreateOptions {
  const ports = port === undefined ? [] : [portKey(port)]
  const toEach = <T>(value: T) => Object.fromEntries(ports.map((key) => [key, value]))
  return {
    Image: image,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: { 'platform-image.role': 'integration-test' },
    ExposedPorts: toEach({}),
    HostConfig: { Init: true, PortBindings: toEach([{ HostIp: '127.0.0.1', HostPort: '' }]) },
  }
}

function portKey(port: number): string {
  return `${String(port)}/tcp`
}

/** Gives the promise of the container's end, which never rejects. */
async function startContainer(
  container: Docker.Container,
  output: ContainerOutput,
  connection: Connection,
): Promise<{ exited: Promise<ContainerExit> }> {
  const attempt = 'start the container'
  // The head of this answer comes as soon as the engine watches: a container that ends at once is not missed.
  const end = await connection.open(attempt, {
    path: `/containers/${container.id}/wait?`,
    method: 'POST',
    options: { condition: 'next-exit' },
  })
  try {
    await connection.call(attempt, () => container.start())
  } catch (error) {
    end.destroy()
    if (!(error instanceof EngineError)) throw error
    return { exited: Promise.resolve({ code: neverRan, outOfMemory: false, error: error.reason }) }
  }
  return { exited: waitForExit(container, end, output, connection) }
}

async function waitForExit(
  container: Docker.Container,
  end: Readable,
  output: ContainerOutput,
  connection: Connection,
): Promise<ContainerExit> {
  try {
    const { StatusCode } = v.parse(containerEnd, await json(end))
    await output.ended
    return { code: StatusCode, outOfMemory: await ranOutOfMemory(container, connection) }
  } catch (error) {
    return { code: unknownCode, outOfMemory: false, error: error instanceof Error ? error.message : String(error) }
  }
}

async function ranOutOfMemory(container: Docker.Container, connection: Connection): Promise<boolean> {
  try {
    return (await inspectContainer(container, connection)).State.OOMKilled
  } catch (error) {
    // It did not end by itself: it was removed.
    if (error instanceof EngineError && error.status === absent) return false
    throw error
  }
}

const containerEnd = v.object({ StatusCode: v.number() })

/** What is read of `GET /containers/{id}/json`. */
const containerDescription = v.object({
  State: v.object({ OOMKilled: v.boolean() }),
  NetworkSettings: v.object({
    Ports: v.nullish(v.record(v.string(), v.nullish(v.array(v.object({ HostPort: v.string() }))))),
  }),
})

async function inspectContainer(
  container: Docker.Container,
  connection: Connection,
): Promise<v.InferOutput<typeof containerDescription>> {
  return v.parse(containerDescription, await connection.call('inspect the container', () => container.inspect()))
}

async function removeContainer(container: Docker.Container, connection: Connection): Promise<void> {
  try {
    await connection.call('remove the container', () => container.remove({ force: true, v: true }))
  } catch (error) {
    const isGone = error instanceof EngineError && (error.status === absent || error.status === beingRemoved)
    if (!isGone) throw error
  }
}
