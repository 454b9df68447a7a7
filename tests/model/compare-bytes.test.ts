import assert from 'node:assert/strict'
import { compareBytes } from '../../src/model/compare-bytes.ts'

describe('compareBytes', () => {
  it('orders by the bytes of UTF-8, as other programs do', () => {
    const ordered = ['', 'A', 'Z', 'a', 'a/b', 'a0', 'aa', 'é', '\uffee', '😀']

    assert.deepEqual([...ordered].reverse().sort(compareBytes), ordered)
  })

  it('differs from the order of JavaScript beyond the 16-bit characters', () => {
    const texts = ['😀', '\uffee']

    assert.deepEqual([...texts].sort(), ['😀', '\uffee'])
    assert.deepEqual([...texts].sort(compareBytes), ['\uffee', '😀'])
  })

  it('takes equal texts for equal', () => {
    assert.equal(compareBytes('é', 'é'), 0)
  })
})
