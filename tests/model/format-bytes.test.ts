import assert from 'node:assert/strict'
import { formatBytes } from '../../src/model/format-bytes.ts'

describe('formatBytes', () => {
  const rows: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_951, '100 kB'],
    [1_234_567, '1.2 MB'],
    [305_000_000, '305 MB'],
    [2_500_000_000, '2.5 GB'],
    [7_000_000_000_000, '7000 GB'],
  ]
  for (const [bytes, text] of rows) {
    it(`writes ${String(bytes)} as ${text}`, () => {
      assert.equal(formatBytes(bytes), text)
    })
  }
})
