import type { StepResult } from '../agent/run-pipeline.ts'
import { cardText } from '../teams/card-text.ts'
import type { ReceivedCard } from '../teams/teams.ts'
import type { Tags } from './observe.ts'
import { lastWords, type ToldChapter, toldSteps } from './told-chapter.ts'

/** The demo as one HTML page without scripts: each run with its steps, their logs, and what was observed. */
export function renderReport(told: readonly ToldChapter[], tags: Tags, cards: readonly ReceivedCard[]): string {
  const rows = [...tags]
    .sort()
    .map(([tag, digest]) => `<tr><td>${escape(tag)}</td><td><code>${escape(digest)}</code></td></tr>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Platform images: the demo</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1f; }
  h2 { margin: 2rem 0 .3rem; font-size: 1.15rem; }
  li.holds::marker { content: "✓ "; color: #1a7f37; } li.fails::marker { content: "✗ "; color: #cf222e; }
  pre { background: #f6f6f8; padding: .6rem; font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
  .card { border: 1px solid #d8d8de; border-radius: .4rem; padding: .6rem .9rem; margin: .6rem 0; white-space: pre-wrap; }
  .card::first-line { font-weight: 600; }
  summary { cursor: pointer; } .Failed > summary { color: #cf222e; } .time { color: #6b6b73; }
  td { padding: .1rem 1rem .1rem 0; }
</style>
<h1>Five runs of one pipeline</h1>
${told.map(renderChapter).join('\n')}
<h2>Tags in ECR at the end</h2>
<table>${rows.join('')}</table>
<h2>Cards in Teams</h2>
${cards.map(({ card }) => `<div class="card">${escape(cardText(card).join('\n'))}</div>`).join('\n')}
</html>
`
}

function renderChapter({ title, run, expectations }: ToldChapter, index: number): string {
  const observed = expectations.map(
    ({ claim, holds }) => `<li class="${holds ? 'holds' : 'fails'}">${escape(claim)}</li>`,
  )
  return `<h2>${String(index + 1)}. ${escape(title)}</h2>
${toldSteps(run).map(renderStep).join('\n')}
<ul>${observed.join('')}</ul>`
}

function renderStep(step: StepResult): string {
  const { displayName, result, milliseconds, lines } = step
  const time = `<span class="time">${(milliseconds / 1000).toFixed(1)} s</span>`
  const log = escape(lines.join('\n'))
  return `<details class="${result}"><summary>${escape(displayName)} ${time} ${escape(lastWords(step))}</summary><pre>${log}</pre></details>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
