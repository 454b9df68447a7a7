import { formatReference } from '../model/reference.ts'
import { formatReleaseLine } from '../model/release-line.ts'
import type { Decision } from './decision.ts'

/** The decision as Markdown for the run's page. */
export function summarizeDecision({ line, verdict, explanation, current, next, base, previousBase }: Decision): string {
  const rows = [
    ['Verdict', verdict.kind === 'rebuild' ? `rebuild: ${verdict.reason}` : `up to date, by ${verdict.rule}`],
    ['Current release', current === undefined ? 'none' : `${current.tag} \`${current.digest}\``],
    ['Built on', `${previousBase.version ?? ''} ${code(previousBase.digest)}`.trim()],
    ['Base now', `${formatReference(base.reference)} ${base.version ?? ''} ${code(base.digest)}`],
    ['Next release', next?.tag ?? 'none'],
  ]
  const table = rows.map(([name, value]) => `| ${name ?? ''} | ${value ?? ''} |`).join('\n')
  return `### ${formatReleaseLine(line)}\n\n${explanation}\n\n| | |\n|---|---|\n${table}\n`
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``
}
