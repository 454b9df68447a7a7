import { buildPlatformImage } from '../../src/build/build-platform-image.ts'
import { hashContext } from '../../src/context/hash-context.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { newOwner } from '../../src/model/local-name.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { baseCredentials } from '../base-registry.ts'
import { readAction } from '../read-inputs.ts'
import { readBuildTestInputs } from './inputs.ts'

void runTask(async (context) => {
  const { log, run, signal, output, leaveForPostJob } = context
  const action = readAction(context.inputs)
  if (action !== 'release') return `Nothing to build: the action is ${action}.`
  const { record, folder, dockerfile, test } = await readBuildTestInputs(context.inputs)
  const engine = dockerEngine({ signal })
  const [owner, provenance] = [newOwner(new Date()), { ...run, run: run.id, created: new Date() }]
  const hash = () =>
    hashContext({ ...record, context: folder, dockerfile: dockerfile.path, dockerfileText: dockerfile.text })
  const { name, image } = await buildPlatformImage(
    { record, provenance, context: folder, dockerfile, owner },
    { engine, hashContext: hash, credentialsFor: baseCredentials(context), log },
  )
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
