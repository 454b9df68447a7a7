import assert from 'node:assert/strict'
import { inputOf, invalidInput } from '../../src/model/invalid-input.ts'
import { InvalidValue } from '../../src/model/invalid-value.ts'

describe('inputOf', () => {
  it('names the input, and advises by the rule that the value breaks', () => {
    const value = new InvalidValue('is "x", which is not a platform', 'Write it as linux/amd64')

    const { field, reason, advice, mistake, cause } = inputOf('platform', value)

    assert.deepEqual(
      { field, reason, advice, mistake },
      {
        field: 'platform',
        reason: 'is "x", which is not a platform',
        advice: ['Write it as linux/amd64'],
        mistake: 'invalid',
      },
    )
    assert.equal(cause, value)
  })

  it('has no advice where the reason tells all, and keeps what kind of mistake it is', () => {
    const { advice, mistake } = inputOf('title', new InvalidValue('is empty', undefined, { mistake: 'missing' }))

    assert.deepEqual({ advice, mistake }, { advice: [], mistake: 'missing' })
  })
})

describe('invalidInput', () => {
  it('says what is wrong with an input, and keeps why', () => {
    const cause = new Error('EACCES')

    const error = invalidInput('imageArchive', 'names a, which cannot be written', 'Choose another', { cause })

    assert.deepEqual(
      { field: error.field, reason: error.reason, advice: error.advice, mistake: error.mistake },
      {
        field: 'imageArchive',
        reason: 'names a, which cannot be written',
        advice: ['Choose another'],
        mistake: 'invalid',
      },
    )
    assert.equal((error.cause as Error).cause, cause)
  })
})
