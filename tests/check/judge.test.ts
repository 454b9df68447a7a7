import assert from 'node:assert/strict'
import { type Facts, judge } from '../../src/check/judge.ts'
import { digestOf } from '../../src/model/digest.ts'
import { amd64, anOrigin, arm64 } from '../support/builders.ts'

describe('judge', () => {
  const upToDate = { kind: 'up-to-date', rule: 'index-digest' }
  const rebuild = (reason: string) => ({ kind: 'rebuild', reason })
  const moved = { digest: digestOf('new index') }
  const first: Facts = {
    forced: false,
    run: 'project/2',
    platform: amd64,
    base: { digest: digestOf('base index') },
  }
  const fresh: Facts = { ...first, release: { origin: anOrigin(), isFinished: true } }

  const unfinished: Facts = { ...first, release: { origin: anOrigin(), isFinished: false } }
  const movedFor = (amd64Image: string) => ({ ...moved, platformDigest: digestOf(amd64Image) })

  const rows: readonly (readonly [what: string, facts: Facts, verdict: object])[] = [
    ['a base that has not moved', fresh, upToDate],
    ['a line without releases', first, rebuild('first-release')],
    ['a line without releases, also if forced', { ...first, forced: true }, rebuild('first-release')],
    ['a forced run', { ...fresh, forced: true }, rebuild('forced')],
    [
      'a forced run on a release without record',
      { ...fresh, forced: true, release: { isFinished: true } },
      rebuild('forced'),
    ],
    ['a forced run that has released already', { ...fresh, forced: true, run: 'project/1' }, upToDate],
    [
      'a forced run that has released, but the base moved since',
      { ...fresh, forced: true, run: 'project/1', base: moved },
      { kind: 'undecided', needs: 'platform-digest' },
    ],
    ['a release without record', { ...fresh, release: { isFinished: true } }, rebuild('unverifiable')],
    ['a release for another platform', { ...fresh, platform: arm64 }, rebuild('platform-changed')],
    [
      'an implied variant',
      { ...fresh, platform: arm64, release: { origin: anOrigin({ platform: 'linux/arm64/v8' }), isFinished: true } },
      upToDate,
    ],
    [
      'a record without platform',
      { ...fresh, release: { origin: anOrigin({ platform: '' }), isFinished: true } },
      rebuild('platform-changed'),
    ],
    [
      'a tag that moved, with the platform unread',
      { ...fresh, base: moved },
      { kind: 'undecided', needs: 'platform-digest' },
    ],
    [
      'a tag that moved for other platforms only',
      { ...fresh, base: { ...moved, platformDigest: digestOf('base amd64') } },
      { kind: 'up-to-date', rule: 'platform-digest' },
    ],
    [
      'a tag that moved for this platform',
      { ...fresh, base: { ...moved, platformDigest: digestOf('new amd64') } },
      rebuild('base-moved'),
    ],
    ['an interrupted publish', unfinished, { kind: 'unfinished', rule: 'index-digest' }],
    [
      'an interrupted publish whose base moved since',
      { ...unfinished, base: movedFor('new amd64') },
      rebuild('base-moved'),
    ],
    [
      'an interrupted publish after which only other platforms moved',
      { ...unfinished, base: movedFor('base amd64') },
      { kind: 'unfinished', rule: 'platform-digest' },
    ],
    ['a forced run that comes after an interrupted publish', { ...unfinished, forced: true }, rebuild('forced')],
    [
      'a forced run that was interrupted itself',
      { ...unfinished, forced: true, run: 'project/1' },
      { kind: 'unfinished', rule: 'index-digest' },
    ],
  ]
  for (const [what, facts, verdict] of rows) {
    it(`answers ${what}`, () => {
      assert.deepEqual(judge(facts), verdict)
    })
  }
})
