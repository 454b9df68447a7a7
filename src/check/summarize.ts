import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import type { Decision } from './decision.ts'

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
}: Decision): string {
  const absent = verdict.kind === 'not-judged' ? 'unknown' : 'none'
  const rows = [
    ...(purpose.kind === 'release' ? [] : [['Purpose', `${purpose.kind}: ${purpose.because}`]]),
    ['Verdict', describe(verdict)],
    ['Current release', current === undefined ? absent : `${current.tag} \`${current.digest}\``],
    ['Built on', [previousBase.name, previousBase.version, code(previousBase.digest)].filter(Boolean).join(' ')],
    ['Base now', `${formatReference(base.reference)} ${base.version ?? ''} ${code(base.digest)}`],
    ['Next release', next?.tag ?? absent],
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

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``
}
