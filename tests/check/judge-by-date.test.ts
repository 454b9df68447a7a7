import assert from 'node:assert/strict'
import { judgeByDate } from '../../src/check/judge-by-date.ts'

describe('judgeByDate', () => {
  const rows: readonly (readonly [what: string, movedAt: string, releasedAt: string, answer: 'fresh' | 'stale'])[] = [
    ['a release of the next day', '2026-03-10T17:00:00Z', '2026-03-11T06:00:00Z', 'fresh'],
    ['a release of the same day, later', '2026-03-10T17:00:00Z', '2026-03-10T20:00:00Z', 'fresh'],
    ['a release of the same day, earlier', '2026-03-10T17:00:00Z', '2026-03-10T16:00:00Z', 'stale'],
    ['a release a millisecond later', '2026-03-10T17:00:00.000Z', '2026-03-10T17:00:00.001Z', 'fresh'],
    ['a release at the same instant', '2026-03-10T17:00:00Z', '2026-03-10T17:00:00Z', 'stale'],
    ['a release before', '2026-03-10T17:00:00Z', '2026-02-01T06:00:00Z', 'stale'],
    ['the same instant, written with an offset', '2026-03-10T17:00:00Z', '2026-03-10T18:00:00+01:00', 'stale'],
    ['a later local date that is an earlier instant', '2026-03-10T23:00:00Z', '2026-03-11T01:00:00+09:00', 'stale'],
    ['an earlier local date that is a later instant', '2026-03-11T01:00:00+09:00', '2026-03-10T23:00:00Z', 'fresh'],
    ['a move whose date is none', 'soon', '2026-03-10T17:00:00Z', 'stale'],
    ['a release whose date is none', '2026-03-10T17:00:00Z', 'soon', 'stale'],
  ]
  for (const [what, movedAt, releasedAt, answer] of rows) {
    it(`calls ${what} ${answer}`, () => {
      assert.equal(judgeByDate(new Date(movedAt), new Date(releasedAt)), answer)
    })
  }
})
