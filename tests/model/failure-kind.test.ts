import assert from 'node:assert/strict'
import { isOutage } from '../../src/model/failure-kind.ts'

describe('isOutage', () => {
  const rows: readonly (readonly [what: string, error: unknown, isOut: boolean])[] = [
    ['an error of an outage', Object.assign(new Error('503'), { kind: 'outage' }), true],
    ['an error of a refusal', Object.assign(new Error('403'), { kind: 'refusal' }), false],
    ['an error that does not tell', new Error('a mistake'), false],
    ['what is no error', { kind: 'outage' }, false],
    ['nothing', undefined, false],
  ]
  for (const [what, error, isOut] of rows) {
    it(`${isOut ? 'takes' : 'does not take'} ${what} for an outage`, () => {
      assert.equal(isOutage(error), isOut)
    })
  }
})
