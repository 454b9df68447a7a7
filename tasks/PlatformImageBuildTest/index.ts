import { buildPlatformImage } from '../../src/build/build-platform-image.ts'
import { requireEngine } from '../../src/build/require-engine.ts'
import { describeImage, summarizeBuild } from '../../src/build/summarize-build.ts'
import { partialArchive } from '../../src/docker/save-image.ts'
import { recordCases } from '../../src/integration-test/record-cases.ts'
import { runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { caseNames, plannedCases, resultOf } from '../../src/integration-test/trial.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { withCleanEngine } from '../clean-engine.ts'
import { readAction } from '../read-inputs.ts'
import { readArchiveFile } from './archive-file.ts'
import { readBuildTestInputs } from './inputs.ts'
import { buildOutside, planBuild, planTest } from './outside.ts'
import { reportCases } from './report-cases.ts'

void runTask(async (context) => {
  const { run, signal, hideSecrets, output, leaveForPostJob } = context
  const action = readAction(context.inputs)
  if (action !== 'release') return `Nothing to build: the action is ${action}.`
  const { build, test: wanted } = await readBuildTestInputs(context)
  const archive = await readArchiveFile(context.inputs)
  return withCleanEngine(context, async (engine, owner) => {
    await requireEngine(wanted === undefined ? [] : [wanted.application.dockerfile], engine)
    const outside = { ...buildOutside(build, context), engine }
    const record = await planBuild(build, outside)
    const test = wanted && planTest(wanted, record)
    const provenance = { ...run, run: run.id, created: new Date() }
    const cases = recordCases(plannedCases(test?.trial), { hideSecrets })
    const summaries: string[] = []
    try {
      const request = { ...build, record, provenance, owner }
      const built = await cases.attempt(caseNames.imageBuilds, () => buildPlatformImage(request, outside))
      const { name, image } = built
      output({ image: name, imageId: image.id })
      summaries.push(summarizeBuild(built, record))
      if (test !== undefined) await runIntegrationTest({ ...test, image: name, owner, signal }, { ...outside, cases })
      if (archive !== undefined) {
        leaveForPostJob('partialArchive', partialArchive(archive))
        await engine.save(name, archive)
      }
      output({ testResult: test === undefined ? 'skipped' : 'passed', imageArchive: archive })
      return test === undefined
        ? {
            withIssues: `Built ${describeImage(record)}, but tried it with no application: the input "testDockerfile" is empty.`,
          }
        : `Built ${describeImage(record)}, and the test application ${resultOf(test.trial)} on it.`
    } finally {
      await reportCases({ cases: cases.cases(), summaries, record }, context)
    }
  })
})
