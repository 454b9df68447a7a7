import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../../src/model/digest.ts'
import { readBaseMoves } from './base-moves.ts'
import { renderChart } from './render-chart.ts'
import { renderComparison, renderHardPlaces } from './render-tables.ts'
import { type BaseState, type History, mostOften, replay, type Schedule, schedules } from './replay.ts'
import { calendarDay, productRule, rules } from './rules.ts'

const histories = readBaseMoves()
const docs = join(import.meta.dirname, '..', '..', 'docs')

function historyOf(name: string): History {
  const history = histories.find((candidate) => candidate.name === name)
  assert.ok(history, `There is no history of ${name}.`)
  return history
}

describe('replay', () => {
  const at = (time: string) => new Date(`2026-03-${time}:00Z`)
  const state = (time: string, index: string, image: string, imageTime = time): BaseState => ({
    digest: digestOf(index),
    platformDigest: digestOf(image),
    movedAt: at(time),
    platformMovedAt: at(imageTime),
  })
  const history: History = {
    name: 'made up',
    states: [
      state('02T05:00', 'index 1', 'image 1'),
      state('02T18:00', 'index 2', 'image 2'),
      state('03T02:00', 'index 3', 'image 3'),
      state('10T00:00', 'index 4', 'image 3', '03T02:00'),
    ],
  }
  const daily: Schedule = { name: 'daily', period: 24 * 60 * 60 * 1000, anchor: new Date('1970-01-01T06:00:00Z') }

  it('polls from the first move to two weeks after the last', () => {
    const polls: string[] = []

    replay(history, daily, (now) => {
      polls.push(now.at.toISOString())
      return false
    })

    assert.deepEqual(
      [polls.length, polls[0], polls.at(-1)],
      [21, '2026-03-03T06:00:00.000Z', '2026-03-23T06:00:00.000Z'],
    )
  })

  it('counts from the move that an image fell behind with, not from later ones', () => {
    const tally = replay(history, daily, (now, lastBuild) => now.base.platformDigest !== lastBuild.base.platformDigest)

    assert.deepEqual(tally, { rebuilds: 1, needless: 0, missed: 0, meanLagHours: 12 })
  })

  it('calls a rebuild on the same image needless', () => {
    const tally = replay(history, daily, (now, lastBuild) => now.base.digest !== lastBuild.base.digest)

    assert.deepEqual(tally, { rebuilds: 2, needless: 1, missed: 0, meanLagHours: 12 })
  })

  it('calls a stale image that is not rebuilt missed, at every poll', () => {
    const tally = replay(history, daily, (now) => now.base.movedAt >= at('10T00:00'))

    assert.deepEqual([tally.missed, tally.rebuilds, tally.needless], [7, 14, 13])
  })
})

describe('how official tags really moved', () => {
  const figures: readonly (readonly [
    base: string,
    rule: string,
    rebuilds: number[],
    needless: number[],
    lag: string[],
  ])[] = [
    ['aspnet:8.0', 'calendar day', [278, 108, 73], [188, 24, 0], ['2.1', '9.5', '124.5']],
    ['aspnet:8.0', 'index digest alone', [94, 87, 73], [4, 3, 0], ['2.1', '9.5', '124.5']],
    ['aspnet:8.0', 'digest', [90, 84, 73], [0, 0, 0], ['2.1', '9.5', '124.5']],
    ['aspnet:10.0', 'calendar day', [85, 32, 22], [57, 6, 0], ['1.9', '10.5', '117.2']],
    ['aspnet:10.0', 'digest', [28, 26, 22], [0, 0, 0], ['1.9', '10.5', '117.2']],
    ['runtime:6.0-bullseye-slim', 'calendar day', [413, 157, 100], [288, 41, 0], ['2.4', '10.5', '122.4']],
    ['runtime:6.0-bullseye-slim', 'digest', [125, 116, 100], [0, 0, 0], ['2.4', '10.5', '122.4']],
  ]
  for (const [base, name, rebuilds, needless, lag] of figures) {
    it(`gives the known figures for ${base} by ${name}`, () => {
      const rule = rules.find((candidate) => candidate.name === name)
      assert.ok(rule)

      const tallies = schedules.map((schedule) => replay(historyOf(base), schedule, rule.rebuilds))

      assert.deepEqual(
        tallies.map((tally) => [tally.rebuilds, tally.needless, tally.missed, tally.meanLagHours.toFixed(1)]),
        schedules.map((_, index) => [rebuilds[index], needless[index], 0, lag[index]]),
      )
    })
  }

  for (const history of histories) {
    for (const schedule of schedules) {
      it(`makes no needless rebuild of ${history.name}, ${schedule.name}, by push dates of the platform's own row`, () => {
        const byRow = productRule({ compareBy: 'pushDate', catalogueDate: ({ platformMovedAt }) => platformMovedAt })

        assert.deepEqual(
          replay(history, schedule, byRow),
          replay(history, schedule, productRule({ compareBy: 'digest' })),
        )
      })
    }

    it(`misses moves of ${history.name} by calendar day on an agent far from UTC`, () => {
      assert.ok(replay(history, mostOften, calendarDay({ hoursAheadOfUtc: 9 })).missed > 0)
    })
  }
})

describe('docs/staleness.md', () => {
  const page = readFileSync(join(docs, 'staleness.md'), 'utf8')

  /** The table of the page that begins with the same line. */
  function sameTableIn(table: string): string {
    const start = page.indexOf(table.slice(0, table.indexOf('\n')))
    assert.notEqual(start, -1, 'The page lacks the table. `npx tsx scripts/replay.ts` prints it.')
    return page.slice(start, page.indexOf('\n\n', start))
  }

  it('compares the rules by what the replay gives', () => {
    const table = renderComparison(histories)

    assert.equal(sameTableIn(table), table)
  })

  it('tells what dates cannot see by what the replay gives', () => {
    const table = renderHardPlaces(histories)

    assert.equal(sameTableIn(table), table)
  })

  it('shows the chart that the replay draws', () => {
    assert.match(page, /!\[[^\]]+\]\(images\/replay\.svg\)/)
    assert.equal(readFileSync(join(docs, 'images', 'replay.svg'), 'utf8'), renderChart(histories))
  })
})
