import assert from 'node:assert/strict'
import { adviseOnSupport } from '../../src/check/advise-on-support.ts'
import type { Support } from '../../src/check/judge-support.ts'
import { aSupportPolicy } from '../support/builders.ts'

const supported = (daysLeft: number): Support => ({ kind: 'supported', dotnet: '8.0', lastDay: '2026-11-10', daysLeft })
const ended: Support = { kind: 'ended', dotnet: '8.0', lastDay: '2026-11-10' }
const unknown: Support = { kind: 'unknown', dotnet: '12.0' }

describe('adviseOnSupport', () => {
  const warnings: readonly (readonly [support: Support, text: RegExp])[] = [
    [supported(60), /^Support of \.NET 8\.0 ends on 2026-11-10, in 60 days\./],
    [supported(1), /ends on 2026-11-10, in 1 day\./],
    [supported(0), /ends on 2026-11-10, today\./],
    [ended, /^Support of \.NET 8\.0 ended on 2026-11-10\./],
    [unknown, /^It is not known how long \.NET 12\.0 is supported\..*"supportDates"/],
  ]
  for (const [support, text] of warnings) {
    for (const whenOutOfSupport of ['warn', 'fail'] as const) {
      it(`warns with ${text.source} under ${whenOutOfSupport}`, () => {
        const notes = adviseOnSupport(support, aSupportPolicy({ whenOutOfSupport }))

        assert.deepEqual(
          notes.map(({ level }) => level),
          ['warning'],
        )
        assert.match(notes[0]?.text ?? '', text)
      })
    }

    it(`says nothing of ${support.kind} where that is to be ignored`, () => {
      assert.deepEqual(adviseOnSupport(support, aSupportPolicy({ whenOutOfSupport: 'ignore' })), [])
    })
  }

  const silent: readonly (readonly [what: string, support: Support | undefined, warningDays: number])[] = [
    ['a day more than wanted', supported(61), 60],
    ['the day before the last, without days', supported(1), 0],
    ['an image without .NET', undefined, 60],
  ]
  for (const [what, support, warningDays] of silent) {
    it(`has nothing to say of ${what}`, () => {
      assert.deepEqual(adviseOnSupport(support, aSupportPolicy({ warningDays })), [])
    })
  }
})
