import { buildPlatformImage } from '../../src/build/build-platform-image.ts'
import { requireEngine } from '../../src/build/require-engine.ts'
import { summarizeBuild } from '../../src/build/summarize-build.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { newOwner } from '../../src/model/local-name.ts'
import { formatReference } from '../../src/model/reference.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { readAction } from '../read-inputs.ts'
import { readBuildTestInputs } from './inputs.ts'
import { buildOutside, planBuild } from './outside.ts'

void runTask(async (context) => {
  const { log, run, signal, output, leaveForPostJob, summarize } = context
  const action = readAction(context.inputs)
  if (action !== 'release') return `Nothing to build: the action is ${action}.`
  const { build, test } = await readBuildTestInputs(context)
  const [engine, owner] = [dockerEngine({ signal }), newOwner(new Date())]
  await requireEngine(test === undefined ? [] : [test.dockerfile], engine)
  const outside = { ...buildOutside(build, context), engine }
  const record = await planBuild(build, outside)
  const provenance = { ...run, run: run.id, created: new Date() }
  const built = await buildPlatformImage({ ...build, record, provenance, owner }, outside)
  leaveForPostJob('image', built.name)
  output({ image: built.name, imageId: built.image.id })
  await summarize(summarizeBuild(built, record))
  if (test === undefined) {
    output({ testResult: 'skipped' })
    return { withIssues: `Built ${built.name}, but tried it with no application: the input "testDockerfile" is empty.` }
  }

  const baseImage = test.baseImage ?? formatReference(record.base.reference)
  await runIntegrationTest(
    { ...test, ...record, baseImage, image: built.name, owner, signal },
    { engine, send: httpClient({ signal }), log },
  )
  output({ testResult: 'passed' })
  return `Built ${built.name}, and the test application answers on it.`
})
