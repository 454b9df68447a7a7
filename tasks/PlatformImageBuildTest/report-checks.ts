import type { Report } from '../../src/build-and-test/build-and-test.ts'
import { renderJUnit } from '../../src/integration-test/render-junit.ts'
import { summarizeTest } from '../../src/integration-test/summarize-test.ts'
import { page } from '../../src/model/markdown.ts'
import { formatReference } from '../../src/model/reference.ts'
import { formatReleaseLine } from '../../src/model/release-line.ts'
import type { StepContext } from '../../src/pipelines/run-task.ts'

/** Shows the cases in the Tests tab and on the run's page. A job that is cancelled has no result to show. */
export async function reportChecks(
  { checks, summaries, record: { releaseLine, base } }: Report,
  { publishTestResults, summarize, log, signal }: StepContext,
): Promise<void> {
  if (signal.aborted) return
  const name = releaseLine === undefined ? `on ${formatReference(base.reference)}` : formatReleaseLine(releaseLine)
  try {
    await publishTestResults(`Platform image ${name}`, renderJUnit(name, checks))
    await summarize(page([...summaries, summarizeTest(checks)]))
  } catch (error) {
    // How the test ended counts more than how it is shown.
    log.failure('The results of the test cannot be shown', error)
  }
}
