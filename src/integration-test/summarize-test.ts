import { heading, inline, type Markdown, page, strong, table, text } from '../model/markdown.ts'
import type { TestCheck } from './record-checks.ts'

/** The integration test as Markdown for the run's page. */
export function summarizeTest(checks: readonly TestCheck[]): Markdown {
  const rows = checks.map(({ name, seconds, outcome }) => {
    const time = outcome.kind === 'skipped' ? '' : `${seconds.toFixed(1)} s`
    return [text(name), describe(outcome), text(time)]
  })
  return page([heading(4, text('Integration test')), table(['', '', ''], rows)])
}

function describe(outcome: TestCheck['outcome']): Markdown {
  switch (outcome.kind) {
    case 'passed':
    case 'skipped':
      return text(outcome.kind)
    case 'failed':
      return inline([strong(text('failed')), text(outcome.message)], ': ')
  }
}
