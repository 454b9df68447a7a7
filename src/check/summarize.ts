import { code, heading, inline, type Markdown, page, table, text } from '../model/markdown.ts'
import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import type { Decision } from './decision.ts'
import type { Support } from './judge-support.ts'

/** The decision as Markdown for the run's page. */
export function summarizeDecision({
  releaseLine,
  purpose,
  verdict,
  explanation,
  current,
  next,
  base,
  previousBase,
  support,
}: Decision): Markdown {
  const absent = verdict.kind === 'not-judged' ? 'unknown' : 'none'
  const row = (name: string, ...parts: readonly Markdown[]) => [text(name), inline(parts)]
  const { name = '', version = '', digest = '' } = previousBase
  return page([
    heading(3, text(formatReleaseLine(releaseLine))),
    text(explanation),
    table(
      ['', ''],
      [
        ...(purpose.kind === 'release' ? [] : [row('Purpose', text(`${purpose.kind}: ${purpose.because}`))]),
        row('Verdict', text(describe(verdict))),
        current === undefined
          ? row('Current release', text(absent))
          : row('Current release', text(current.tag), code(current.digest)),
        row('Built on', text(name), text(version), code(digest)),
        row('Base now', text(formatReference(base.reference)), text(base.version ?? ''), code(base.digest ?? '')),
        row('Next release', text(next?.tag ?? absent)),
        ...(support === undefined ? [] : [row('End of support', text(describeSupport(support)))]),
      ],
    ),
  ])
}

function describe(verdict: Decision['verdict']): string {
  switch (verdict.kind) {
    case 'rebuild':
      return `rebuild: ${verdict.reason}`
    case 'retag':
      return `up to date, by ${verdict.rule}, but retag: ${verdict.reason}`
    case 'up-to-date':
      return `up to date, by ${verdict.rule}`
    case 'not-judged':
      return 'none: the release line could not be looked at'
  }
}

function describeSupport(support: Support): string {
  switch (support.kind) {
    case 'supported':
      return `.NET ${support.dotnet}: ${support.lastDay}`
    case 'ended':
      return `.NET ${support.dotnet}: ended on ${support.lastDay}`
    case 'unknown':
      return `.NET ${support.dotnet}: unknown`
  }
}
