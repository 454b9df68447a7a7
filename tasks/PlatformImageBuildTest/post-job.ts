import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { isLocalName } from '../../src/model/local-name.ts'
import { runPostJob } from '../../src/pipelines/run-task.ts'

// The image lives as long as its job, so that a later step can publish or scan it.
void runPostJob(async (left) => {
  const image = left('image')
  if (image !== undefined && isLocalName(image)) await dockerEngine().remove(image)
})
