import { type History, mostOften, replay, schedules, type Tally } from './replay.ts'
import { rules, rulesInHardPlaces } from './rules.ts'

/** Every rule on every tag, as a Markdown table. A cell holds a figure for each schedule: `90 / 84 / 73`. */
export function renderComparison(histories: readonly History[]): string {
  const rows = histories.flatMap((history) =>
    rules.map(({ name, rebuilds }) => {
      const tallies = schedules.map((schedule) => replay(history, schedule, rebuilds))
      const cell = (figure: (tally: Tally) => string | number) => tallies.map(figure).join(' / ')
      return [
        history.name,
        name,
        cell((tally) => tally.rebuilds),
        cell((tally) => tally.needless),
        cell((tally) => tally.missed),
        cell(meanLag),
      ]
    }),
  )
  return renderTable(['base', 'rule', 'rebuilds', 'needless', 'missed', 'mean lag'], rows)
}

/** What dates cannot see, polled most often, as a Markdown table. */
export function renderHardPlaces(histories: readonly History[]): string {
  const rows = histories.flatMap((history) =>
    rulesInHardPlaces.map(({ name, rebuilds }) => {
      const tally = replay(history, mostOften, rebuilds)
      return [history.name, name, String(tally.missed), meanLag(tally)]
    }),
  )
  return renderTable(['base', 'rule', 'missed', 'mean lag'], rows)
}

function meanLag({ meanLagHours }: Tally): string {
  return `${meanLagHours.toFixed(1)} h`
}

/** Aligned as Prettier does it. */
function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [header, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')
}
