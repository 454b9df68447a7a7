import assert from 'node:assert/strict'
import { actionOf, reasonOf, type Verdict } from '../../src/model/verdict.ts'

const rows: readonly (readonly [verdict: Verdict, action: string, reason: string])[] = [
  [{ kind: 'rebuild', reason: 'context-changed' }, 'release', 'context-changed'],
  [{ kind: 'retag', reason: 'unfinished-publish', rule: 'index-digest' }, 'retag', 'unfinished-publish'],
  [{ kind: 'retag', reason: 'tags-behind', rule: 'layers' }, 'retag', 'tags-behind'],
  [{ kind: 'retag', reason: 'repeated-run', rule: 'index-digest' }, 'retag', 'repeated-run'],
  [{ kind: 'up-to-date', rule: 'push-date' }, 'none', 'push-date'],
]

describe('actionOf', () => {
  for (const [verdict, action, reason] of rows) {
    it(`makes ${action} of ${reason}`, () => {
      assert.equal(actionOf(verdict), action)
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
