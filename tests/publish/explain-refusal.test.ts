import assert from 'node:assert/strict'
import { explainRefusal } from '../../src/publish/explain-refusal.ts'

describe('explainRefusal', () => {
  const rows = [
    ['unauthorized', /clock/],
    ['forbidden', /ecr:InitiateLayerUpload/],
    ['quota', /lifecycle policy/],
    ['tag-frozen', /next version/],
    ['layer-missing', /sends what is missing/],
    ['no-repository', /"createRepository"/],
    ['busy', /later/],
    ['registry-fault', /later/],
    ['unreachable', /proxy/],
    ['connection-cut', /not sent a second time/],
    ['disk-full', /space/],
    ['unknown', /Run again/],
  ] as const
  for (const [refusal, advice] of rows) {
    it(`says what to do about ${refusal}`, () => {
      assert.match(explainRefusal(refusal), advice)
    })
  }
})
