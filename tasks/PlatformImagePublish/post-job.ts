import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { thisMachine } from '../../src/ownership/this-machine.ts'
import { runPostJob } from '../../src/pipelines/run-post-job.ts'
import { sweep } from '../../src/sweep/sweep.ts'
import { leftovers } from './record-names.ts'

// What was loaded from an archive lives as long as the job, so that a later step can scan it. The name that a push
// needs goes with the step, unless that was killed.
void runPostJob(async ({ left, jobContainer, log }) => {
  const names = leftovers.flatMap((leftover) => left(leftover)?.split(' ') ?? []).filter((name) => name !== '')
  if (names.length === 0) return
  const engine = dockerEngine({ jobContainer })
  for (const name of names) await engine.remove(name)
  await sweep(undefined, { engine, machine: thisMachine(), now: () => new Date(), log })
})
