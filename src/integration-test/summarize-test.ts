import type { TestCheck } from './record-checks.ts'

/** The integration test as Markdown for the run's page. */
export function summarizeTest(checks: readonly TestCheck[]): string {
  const rows = checks.map(({ name, seconds, outcome }) => {
    const time = outcome.kind === 'skipped' ? '' : `${seconds.toFixed(1)} s`
    return `| ${escape(name)} | ${describe(outcome)} | ${time} |`
  })
  return `#### Integration test\n\n| | | |\n|---|---|---|\n${rows.join('\n')}\n`
}

function describe(outcome: TestCheck['outcome']): string {
  switch (outcome.kind) {
    case 'passed':
      return 'passed'
    case 'skipped':
      return 'skipped'
    case 'failed':
      return `**failed**: ${escape(outcome.message)}`
  }
}

/** A message can hold what an application answered: in a cell of a table it stays text. */
function escape(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#~!]/g, String.raw`\$&`)
}
