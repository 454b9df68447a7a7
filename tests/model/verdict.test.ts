import assert from 'node:assert/strict'
import { actionOf, type NotJudged, reasonOf, type Verdict } from '../../src/model/verdict.ts'

const rows: readonly (readonly [verdict: Verdict | NotJudged, action: string, reason: string])[] = [
  [{ kind: 'rebuild', reason: 'context-changed' }, 'release', 'context-changed'],
  [{ kind: 'retag', reason: 'unfinished-publish', rule: 'index-digest' }, 'retag', 'unfinished-publish'],
  [{ kind: 'retag', reason: 'tags-behind', rule: 'layers' }, 'retag', 'tags-behind'],
  [{ kind: 'retag', reason: 'repeated-run', rule: 'index-digest' }, 'retag', 'repeated-run'],
  [{ kind: 'up-to-date', rule: 'push-date' }, 'none', 'push-date'],
  [{ kind: 'not-judged' }, 'none', 'validation'],
]

describe('actionOf', () => {
  for (const [verdict, action, reason] of rows) {
    it(`makes ${action} of ${reason}`, () => {
      assert.equal(actionOf(verdict, 'release'), action)
    })

    it(`only builds and tests in a validation, for ${reason}`, () => {
      assert.equal(actionOf(verdict, 'validate'), 'validate')
    })

    it(`does nothing in a plan, for ${reason}`, () => {
      assert.equal(actionOf(verdict, 'plan'), 'none')
    })
  }
})

describe('reasonOf', () => {
  for (const [verdict, , reason] of rows) {
    it(`says ${reason} for ${verdict.kind}`, () => {
      assert.equal(reasonOf(verdict), reason)
    })
  }
})
