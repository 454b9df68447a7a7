import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import * as v from 'valibot'
import { type Connection, EngineError, parseAnswer } from './connection/connection.ts'

/** What the agent says about the container of a job. https://learn.microsoft.com/azure/devops/pipelines/process/container-phases */
export interface JobContainer {
  /** `Agent.ContainerId`; also set where the step itself runs outside of it. */
  readonly id?: string
  /** `Agent.ContainerNetwork`; also set for a job that has only service containers. */
  readonly network?: string
}

/** The container of the engine in which this process runs. */
export interface OwnContainer {
  readonly id: string
  /** The network on which it reaches other containers; undefined where it has the machine's own, or none. */
  readonly network: string | undefined
}

/** What is read of `GET /containers/{id}/json`. */
const description = v.object({
  Id: v.string(),
  State: v.object({ Running: v.boolean() }),
  NetworkSettings: v.object({ Networks: v.nullish(v.record(v.string(), v.unknown()), {}) }),
})

/**
 * Finds the container in which this process runs; undefined outside of containers, and inside one that the engine does
 * not know, as beside an engine that shares a pod's network with the agent.
 */
export async function findOwnContainer(
  job: JobContainer,
  connection: Connection,
  evidence: ContainerEvidence = readEvidence(),
): Promise<OwnContainer | undefined> {
  for (const id of candidates(job, evidence)) {
    const found = await inspect(id, connection)
    if (found?.State.Running !== true) continue
    const networks = Object.keys(found.NetworkSettings.Networks).filter((name) => name !== 'host' && name !== 'none')
    const network = networks.find((name) => name === job.network) ?? networks[0]
    return { id: found.Id, network }
  }
  return undefined
}

/** What a process can see of the container that it runs in. */
export interface ContainerEvidence {
  readonly isInContainer: boolean
  /** `/proc/self/mountinfo`: the engine mounts files of its own folder for the container, which names the id. */
  readonly mounts: string
  readonly hostName: string
}

/** Ids that may be ours, the surest first. The job's own says nothing by itself: a step may run beside its container. */
function candidates({ id }: JobContainer, { isInContainer, mounts, hostName }: ContainerEvidence): readonly string[] {
  const mounted = /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) \/etc\//.exec(mounts)?.[1]
  const guesses = isInContainer ? [/^[0-9a-f]{12}$/.test(hostName) ? hostName : undefined, id] : []
  return [mounted, ...guesses].filter((candidate) => candidate !== undefined)
}

async function inspect(id: string, connection: Connection): Promise<v.InferOutput<typeof description> | undefined> {
  try {
    const attempt = 'find the container of this step'
    const answer = await connection.ask(attempt, (docker) => docker.getContainer(id).inspect())
    return parseAnswer(description, answer, attempt)
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined
    throw error
  }
}

function readEvidence(): ContainerEvidence {
  return {
    isInContainer: readIfPresent('/.dockerenv') !== undefined || readIfPresent('/run/.containerenv') !== undefined,
    mounts: readIfPresent('/proc/self/mountinfo') ?? '',
    hostName: hostname(),
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
