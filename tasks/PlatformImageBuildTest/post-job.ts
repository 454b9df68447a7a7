import { rm } from 'node:fs/promises'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { thisMachine } from '../../src/ownership/this-machine.ts'
import { runPostJob } from '../../src/pipelines/run-post-job.ts'
import { sweep } from '../../src/sweep/sweep.ts'

// The image lives as long as its job, so that a later step can publish or scan it.
void runPostJob(async ({ left, jobContainer, log }) => {
  const partial = left('partialArchive')
  if (partial !== undefined) await rm(partial, { force: true })
  const owners = left('owners')?.split(' ') ?? []
  if (owners.length === 0) return
  const ports = { engine: dockerEngine({ jobContainer }), machine: thisMachine(), now: () => new Date(), log }
  for (const owner of owners) await sweep({ owner, part: 'job' }, ports)
})
