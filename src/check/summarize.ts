import { code, heading, inline, type Markdown, page, table, text } from '../model/markdown.ts'
import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Decision } from './decision.ts'

/** The decision as Markdown for the run's page. */
export function summarizeDecision({
  releaseLine,
  verdict,
  explanation,
  current,
  next,
  base,
  previousBase,
}: Decision): Markdown {
  const rows = [
    ['Verdict', text(describe(verdict))],
    ['Current release', current === undefined ? text('none') : inline([text(current.tag), code(current.digest)])],
    [
      'Built on',
      inline([text(previousBase.name ?? ''), text(previousBase.version ?? ''), code(previousBase.digest ?? '')]),
    ],
    ['Base now', inline([text(formatReference(base.reference)), text(base.version ?? ''), code(base.digest ?? '')])],
    ['Next release', text(next?.tag ?? 'none')],
  ] as const
  return page([
    heading(3, text(formatReleaseLine(releaseLine))),
    text(explanation),
    table(
      ['', ''],
      rows.map(([name, value]) => [text(name), value]),
    ),
  ])
}

function describe(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'rebuild':
      return `rebuild: ${verdict.reason}`
    case 'retag':
      return `up to date, by ${verdict.rule}, but retag: ${verdict.reason}`
    case 'up-to-date':
      return `up to date, by ${verdict.rule}`
  }
}
