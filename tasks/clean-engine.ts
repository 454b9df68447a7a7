import { type DockerEngine, dockerEngine } from '../src/docker/docker-engine.ts'
import { newOwner } from '../src/ownership/new-owner.ts'
import { thisMachine } from '../src/ownership/this-machine.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'
import { withSweeps } from '../src/sweep/sweep.ts'

/**
 * Works with the agent's engine, where dead runs have left nothing before and the step leaves nothing afterwards but
 * the platform image, which goes by the post-job. `owner` marks all that the step makes.
 */
export async function withCleanEngine<T>(
  { signal, jobContainer, leaveForPostJob, left, log }: StepContext,
  work: (engine: DockerEngine, owner: string) => Promise<T>,
): Promise<T> {
  const engine = dockerEngine({ signal, jobContainer })
  const owner = newOwner(new Date(), (await engine.ownContainer())?.id)
  // Attempts before this one have left images of their own.
  leaveForPostJob('owners', `${left('owners') ?? ''} ${owner}`.trim())
  const ports = { engine, machine: thisMachine(), now: () => new Date(), log }
  return withSweeps(owner, ports, () => work(engine, owner))
}
