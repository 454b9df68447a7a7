import assert from 'node:assert/strict'
import type { Refusal } from '../../src/publish/image-store.ts'
import { pauseAfter } from '../../src/publish/pause-after.ts'

describe('pauseAfter', () => {
  const attempts: Readonly<Record<Refusal, number>> = {
    unauthorized: 1,
    forbidden: 1,
    quota: 1,
    'web-page': 1,
    'too-large': 1,
    'manifest-refused': 1,
    'tag-frozen': 1,
    'no-repository': 1,
    'layer-missing': 6,
    busy: 6,
    'registry-fault': 6,
    unreachable: 1,
    'connection-cut': 6,
    'disk-full': 1,
    unknown: 3,
  }
  for (const [refusal, expected] of Object.entries(attempts)) {
    it(`makes ${String(expected)} attempts where a push is refused as ${refusal}`, () => {
      let made = 1
      while (pauseAfter(refusal as Refusal, made) !== undefined) made += 1

      assert.equal(made, expected)
    })
  }

  it('waits a minute in all', () => {
    const pauses = [1, 2, 3, 4, 5].map((attempt) => pauseAfter('busy', attempt) ?? 0)

    assert.equal(
      pauses.reduce((sum, pause) => sum + pause),
      60_000,
    )
  })
})
