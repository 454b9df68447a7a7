import { buildPlatformImage } from '../../src/build/build-platform-image.ts'
import { newOwner } from '../../src/build/local-name.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { readAction } from '../read-inputs.ts'
import { readBuildTestInputs } from './inputs.ts'

void runTask(async ({ inputs, log, run, signal, output, leaveForPostJob }) => {
  const action = readAction(inputs)
  if (action !== 'release') return `Nothing to build: the action is ${action}.`
  const { record, context, dockerfile, test } = await readBuildTestInputs(inputs)
  const engine = dockerEngine({ signal })
  const owner = newOwner(new Date())

  const provenance = { ...run, run: run.id, created: new Date() }
  const { name, image } = await buildPlatformImage({ record, provenance, context, dockerfile, owner }, { engine, log })
  leaveForPostJob('image', name)
  output({ image: name, imageId: image.id })
  if (test === undefined) {
    output({ testResult: 'skipped' })
    return { withIssues: `Built ${name}, but tried it with no application: the input "testDockerfile" is empty.` }
  }

  const { platform, mirrors } = record
  await runIntegrationTest(
    { ...test, image: name, platform, mirrors, owner, signal },
    { engine, send: httpClient({ signal }), log },
  )
  output({ testResult: 'passed' })
  return `Built ${name}, and the test application answers on it.`
})
