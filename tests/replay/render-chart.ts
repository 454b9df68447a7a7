import { type History, mostOften, replay, type Tally } from './replay.ts'
import { rules } from './rules.ts'

interface Bar {
  readonly label: string
  readonly tally: Tally
}

const layout = { width: 760, left: 170, right: 110, top: 74, groupHead: 30, row: 24, groupGap: 16, bottom: 20 }

/** On a ground of its own, so that it is read on light and dark pages alike. */
const style = `
  text { font: 13px sans-serif; fill: #1f2328 }
  .ground { fill: #ffffff; stroke: #d1d9e0 }
  .title { font-size: 17px; font-weight: bold }
  .head { font-weight: bold }
  .small { fill: #59636e }
  .axis { stroke: #818b98 }
  .bar { fill: #bc4c00 }
  .label { text-anchor: end }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .ground { fill: #0d1117; stroke: #3d444d }
    .small { fill: #9198a1 }
    .axis { stroke: #656c76 }
    .bar { fill: #f0883e }
  }`

/** The needless rebuilds of every rule on every tag, polled most often, as a bar chart in SVG. */
export function renderChart(histories: readonly History[]): string {
  const groups = histories.map((history) => ({
    history,
    bars: rules.map(({ name, rebuilds }) => ({ label: name, tally: replay(history, mostOften, rebuilds) })),
  }))
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ tally }) => tally.needless)))
  const groupHeight = layout.groupHead + rules.length * layout.row + layout.groupGap
  const height = layout.top + groups.length * groupHeight - layout.groupGap + layout.bottom
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(layout.width)}" height="${String(height)}" viewBox="0 0 ${String(layout.width)} ${String(height)}" role="img" aria-labelledby="title">`,
    `<style>${style}\n</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${String(layout.width - 1)}" height="${String(height - 1)}" rx="6"/>`,
    `<text class="title" id="title" x="20" y="32">Needless rebuilds, polled every ${mostOften.name}</text>`,
    '<text class="small" x="20" y="54">Rebuilds on a base that had not changed for linux/amd64, of all rebuilds</text>',
    ...groups.flatMap(({ history, bars }, index) => drawGroup(history, bars, layout.top + index * groupHeight, most)),
    '</svg>',
  ].join('\n')}\n`
}

function drawGroup({ name, states }: History, bars: readonly Bar[], top: number, most: number): string[] {
  const month = (instant: Date | undefined) => instant?.toISOString().slice(0, 'yyyy-mm'.length) ?? ''
  const years = `${month(states[0].movedAt)} to ${month(states.at(-1)?.movedAt)}`
  const firstRow = top + layout.groupHead
  const lastRow = firstRow + bars.length * layout.row
  return [
    `<text x="20" y="${String(top + 18)}"><tspan class="head">${name}</tspan><tspan class="small" dx="8">${years}</tspan></text>`,
    ...bars.flatMap((bar, index) => drawBar(bar, firstRow + index * layout.row, most)),
    `<line class="axis" x1="${String(layout.left)}" y1="${String(firstRow)}" x2="${String(layout.left)}" y2="${String(lastRow)}"/>`,
  ]
}

function drawBar({ label, tally: { needless, rebuilds } }: Bar, top: number, most: number): string[] {
  const { left, right, width } = layout
  const length = Math.round((needless / most) * (width - left - right))
  const baseline = String(top + 16)
  return [
    `<text class="label" x="${String(left - 8)}" y="${baseline}">${label}</text>`,
    `<rect class="bar" x="${String(left)}" y="${String(top + 4)}" width="${String(length)}" height="16"/>`,
    `<text x="${String(left + length + 8)}" y="${baseline}">${String(needless)}<tspan class="small"> of ${String(rebuilds)}</tspan></text>`,
  ]
}
