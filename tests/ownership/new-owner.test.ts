import assert from 'node:assert/strict'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { thisMachine } from '../../src/ownership/this-machine.ts'
import { parseOwner } from '../../src/ownership/owner.ts'

describe('newOwner', () => {
  const now = new Date('2026-11-23T12:34:56Z')

  it('names this process', () => {
    assert.deepEqual(parseOwner(newOwner(now)), { began: now, process: thisMachine().self })
  })

  it('gives no text twice', () => {
    assert.notEqual(newOwner(now), newOwner(now))
  })

  it('names its container', () => {
    assert.equal(parseOwner(newOwner(now, '0123456789abcdef'.repeat(4)))?.container, '0123456789ab')
  })
})
