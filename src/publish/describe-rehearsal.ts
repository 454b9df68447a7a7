import { code, heading, type Markdown, page, table, text } from '../model/markdown.ts'
import type { PlannedMove, Rehearsal } from './rehearse-publish.ts'

/** What only a write can tell. */
const unknown =
  'Nothing was written, so these are not tried: the permission to push and to tag, the key and the settings of a new repository, and the quotas of ECR.'

/** The log lines that say what a release would do. */
export function rehearsalLines(rehearsal: Rehearsal): string[] {
  return [
    ...creationLine(rehearsal),
    pushLine(rehearsal),
    ...rehearsal.moves.map((move) => `${move.tag}  ${moveText(move)}`),
  ]
}

/** The same as Markdown for the run's page. */
export function summarizeRehearsal(rehearsal: Rehearsal): Markdown {
  const rows = rehearsal.moves.map((move) => [code(move.tag), text(move.from ?? 'nothing'), text(after(move))])
  return page([
    heading(3, text('What a release would do')),
    text([...creationLine(rehearsal), pushLine(rehearsal)].map((line) => `${line}.`).join(' ')),
    table(['tag', 'is on', 'would be on'], rows),
    text(unknown),
  ])
}

/** The end of the step, in one sentence. */
export function concludeRehearsal({ releaseLine, repository, versionTag }: Rehearsal): string {
  const place = repository?.uri ?? releaseLine.repositoryName
  const what = versionTag === undefined ? `the next version of ${place}` : `${place}:${versionTag}`
  return `This run only validates: a release would publish ${what}, and nothing was written.`
}

function creationLine({ releaseLine, repository }: Rehearsal): string[] {
  return repository === undefined ? [`Would create the repository ${releaseLine.repositoryName}`] : []
}

function pushLine({ image, versionTag, isThere }: Rehearsal): string {
  if (versionTag === undefined) return `Would push ${image} under the next version, which the check could not find out`
  return isThere ? `${versionTag} is there already` : `Would push ${image} as ${versionTag}`
}

function moveText(move: PlannedMove): string {
  switch (move.outcome) {
    case 'moves':
      return `would move  ${move.from ?? 'nothing'} -> ${move.to}`
    case 'unchanged':
      return `is on ${move.to} already`
    case 'frozen':
      return `cannot move from ${move.from ?? 'nothing'}: immutable`
  }
}

function after({ outcome, from, to }: PlannedMove): string {
  return outcome === 'frozen' ? `${from ?? 'nothing'}: immutable` : to
}
