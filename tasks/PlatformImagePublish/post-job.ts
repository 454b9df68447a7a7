import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { isLocalName } from '../../src/model/local-name.ts'
import { runPostJob } from '../../src/pipelines/run-task.ts'

// What was loaded from an archive lives as long as the job, so that a later step can scan it.
void runPostJob(async (left) => {
  const image = left('loadedImage')
  if (image !== undefined && isLocalName(image)) await dockerEngine().remove(image)
})
