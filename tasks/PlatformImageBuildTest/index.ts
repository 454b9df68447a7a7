import { buildAndTest } from '../../src/build-and-test/build-and-test.ts'
import { imageTitle } from '../../src/build-image/summarize-build.ts'
import { resultOf } from '../../src/integration-test/test-mode.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { withCleanEngine } from '../clean-engine.ts'
import { buildTestTask } from './form.ts'
import { readBuildTestInputs } from './inputs.ts'
import { buildTestPorts } from './ports.ts'

void runTask(buildTestTask, async (context) => {
  const { inputs, run, signal, output } = context
  const action = inputs.action()
  if (action !== 'release' && action !== 'validate') return `Nothing to build: the action is ${action}.`
  const wanted = await readBuildTestInputs(context)
  const { test, archive } = wanted
  return withCleanEngine(context, async (engine, owner) => {
    const provenance = { ...run, run: run.id, created: new Date() }
    const request = { ...wanted, owner, provenance, signal }
    const record = await buildAndTest(request, buildTestPorts(request, engine, context))
    output({ testResult: test === undefined ? 'skipped' : 'passed', imageArchive: archive })
    const built = `Built ${imageTitle(record)}`
    return test === undefined
      ? { withIssues: `${built}, but did not test it with an application: the input "testDockerfile" is empty.` }
      : `${built}, and the test application ${resultOf(test.mode)} on it.`
  })
})
