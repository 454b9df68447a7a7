import type { TestCase } from '../../src/integration-test/record-cases.ts'
import { renderJUnit } from '../../src/integration-test/render-junit.ts'
import { summarizeTest } from '../../src/integration-test/summarize-test.ts'
import type { BuildPlan } from '../../src/model/build-record.ts'
import { formatReference } from '../../src/model/reference.ts'
import { formatReleaseLine } from '../../src/model/release-line.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'

export interface Report {
  readonly cases: readonly TestCase[]
  /** Markdown about what was done before the test. */
  readonly summaries: readonly string[]
  readonly record: BuildPlan
}

/** Shows the cases in the Tests tab and on the run's page. A job that is cancelled has no result to show. */
export async function reportCases(
  { cases, summaries, record: { line, base } }: Report,
  { publishTestResults, summarize, log, signal }: TaskContext,
): Promise<void> {
  if (signal.aborted) return
  const name = line === undefined ? `on ${formatReference(base.reference)}` : formatReleaseLine(line)
  try {
    await publishTestResults(`Platform image ${name}`, renderJUnit(name, cases))
    await summarize([...summaries, summarizeTest(cases)].join('\n'))
  } catch (error) {
    // How the test ended counts more than how it is shown.
    log.warning(`The results of the test cannot be shown: ${error instanceof Error ? error.message : String(error)}`)
  }
}
