import type { TestCheck } from './record-checks.ts'

/**
 * Test cases as a JUnit file, which the agent publishes to the Tests tab of the run. Written here: it is one element a
 * case, and what is in it is text alone. `suite` names the tested image.
 * https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/publish-test-results-v2#result-formats-mapping
 */
export function renderJUnit(suite: string, checks: readonly TestCheck[]): string {
  const count = (kind: TestCheck['outcome']['kind']) => checks.filter(({ outcome }) => outcome.kind === kind).length
  const attributes = {
    name: suite,
    tests: String(checks.length),
    failures: String(count('failed')),
    skipped: String(count('skipped')),
    time: formatSeconds(checks.reduce((sum, { seconds }) => sum + seconds, 0)),
  }
  const elements = checks.map((check) => renderCheck(suite, check))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, [element('testsuite', attributes, elements)])}\n`
}

function renderCheck(suite: string, { name, seconds, outcome }: TestCheck): string {
  return element('testcase', { name, classname: suite, time: formatSeconds(seconds) }, renderOutcome(outcome))
}

function renderOutcome(outcome: TestCheck['outcome']): string[] {
  switch (outcome.kind) {
    case 'passed':
      return []
    case 'skipped':
      return [element('skipped', {}, [])]
    case 'failed':
      return [element('failure', { message: outcome.message }, [escape(outcome.details.join('\n'))])]
  }
}

function element(name: string, attributes: Readonly<Record<string, string>>, content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`)
  return `<${name}${written.join('')}>${content.join('')}</${name}>`
}

/** Also without what XML cannot hold at all: https://www.w3.org/TR/xml/#charsets */
function escape(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n]|[\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function formatSeconds(seconds: number): string {
  return seconds.toFixed(3)
}
