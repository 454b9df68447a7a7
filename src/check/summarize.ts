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
}: Decision): string {
  const absent = verdict.kind === 'not-judged' ? 'unknown' : 'none'
  const rows = [
    ...(purpose.kind === 'release' ? [] : [['Purpose', `${purpose.kind}: ${purpose.because}`]]),
    ['Verdict', describe(verdict)],
    ['Current release', current === undefined ? absent : `${current.tag} \`${current.digest}\``],
    ['Built on', [previousBase.name, previousBase.version, code(previousBase.digest)].filter(Boolean).join(' ')],
    ['Base now', `${formatReference(base.reference)} ${base.version ?? ''} ${code(base.digest)}`],
    ['Next release', next?.tag ?? absent],
    ...(support === undefined ? [] : [['End of support', describeSupport(support)]]),
  ]
  const table = rows.map(([name, value]) => `| ${name ?? ''} | ${value ?? ''} |`).join('\n')
  return `### ${formatReleaseLine(releaseLine)}\n\n${explanation}\n\n| | |\n|---|---|\n${table}\n`
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

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``
}
