import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { runPostJob } from '../../src/pipelines/run-task.ts'
import { leftovers } from './local-names.ts'

// What was loaded from an archive lives as long as the job, so that a later step can scan it. The name that a push
// needs goes with the step, unless that was killed.
void runPostJob(async (left) => {
  const engine = dockerEngine()
  for (const leftover of leftovers) {
    const name = left(leftover)
    if (name !== undefined && name !== '') await engine.remove(name)
  }
})
