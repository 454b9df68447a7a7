import assert from 'node:assert/strict'
import type { Refusal } from '../../src/publish/image-store.ts'
import { mayPass } from '../../src/publish/may-pass.ts'

describe('mayPass', () => {
  const rows: Readonly<Record<Refusal, boolean>> = {
    unauthorized: false,
    forbidden: false,
    quota: false,
    'tag-frozen': false,
    'no-repository': false,
    'layer-missing': true,
    busy: true,
    'registry-fault': true,
    unreachable: false,
    'connection-cut': true,
    'disk-full': false,
    unknown: true,
  }
  for (const [refusal, isPassing] of Object.entries(rows)) {
    it(`${isPassing ? 'lets the same push be tried again' : 'gives up'} after ${refusal}`, () => {
      assert.equal(mayPass(refusal as Refusal), isPassing)
    })
  }
})
