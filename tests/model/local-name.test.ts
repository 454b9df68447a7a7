import assert from 'node:assert/strict'
import { isLocalName, localName, newOwner } from '../../src/model/local-name.ts'
import { parseReference } from '../../src/model/reference.ts'

describe('localName', () => {
  for (const role of ['base', 'image', 'test'] as const) {
    it(`gives the ${role} a reference that no registry is asked for`, () => {
      const owner = newOwner(new Date('2026-11-23T12:34:56.789Z'))

      const reference = parseReference(localName(role, owner))

      assert.deepEqual(reference, { registry: 'localhost', repository: `platform-image/${role}`, tag: owner })
    })
  }
})

describe('newOwner', () => {
  it('starts with the time, and differs at the same time', () => {
    const now = new Date('2026-11-23T12:34:56.789Z')

    const owners = [newOwner(now), newOwner(now)]

    for (const owner of owners) assert.match(owner, /^20261123t123456-[0-9a-f]{8}$/)
    assert.notEqual(owners[0], owners[1])
  })
})

describe('isLocalName', () => {
  const rows: readonly (readonly [name: string, claim: boolean])[] = [
    [localName('image', 'owner'), true],
    ['localhost/other:1', false],
    ['team/platform-image:1', false],
    ['', false],
  ]
  for (const [name, claim] of rows) {
    it(`says ${String(claim)} of "${name}"`, () => {
      assert.equal(isLocalName(name), claim)
    })
  }
})
