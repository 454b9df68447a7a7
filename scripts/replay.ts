import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBaseMoves } from '../tests/replay/base-moves.ts'
import { renderChart } from '../tests/replay/render-chart.ts'
import { renderComparison, renderHardPlaces } from '../tests/replay/render-tables.ts'

/** Replays how official tags really moved: prints the tables of docs/staleness.md and writes its chart. */
const histories = readBaseMoves()
console.log(`${renderComparison(histories)}\n\n${renderHardPlaces(histories)}`)
await writeFile(join(import.meta.dirname, '..', 'docs', 'images', 'replay.svg'), renderChart(histories))
