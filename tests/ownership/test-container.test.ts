import assert from 'node:assert/strict'
import { ownerLabel, testContainerName, testContainerOwner } from '../../src/ownership/test-container.ts'

describe('testContainerOwner', () => {
  it('knows the owner of a test container', () => {
    assert.equal(testContainerOwner(testContainerName('me'), { [ownerLabel]: 'me' }), 'me')
  })

  const others: readonly (readonly [what: string, name: string, labels: Readonly<Record<string, string>>])[] = [
    ['that inherits the label of its image', 'web', { [ownerLabel]: 'me' }],
    ['that has only the name', testContainerName('me'), {}],
    ['whose label is another', testContainerName('me'), { [ownerLabel]: 'you' }],
  ]
  for (const [what, name, labels] of others) {
    it(`knows none of a container ${what}`, () => {
      assert.equal(testContainerOwner(name, labels), undefined)
    })
  }
})
