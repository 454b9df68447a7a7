import assert from 'node:assert/strict'
import { describeEnd } from '../../src/integration-test/describe-end.ts'
import { fakeContainer } from '../support/fake-container.ts'

describe('describeEnd', () => {
  it('shows what was printed last', () => {
    assert.deepEqual(describeEnd(fakeContainer('http://a', ['one', 'two'])), [
      'What the application printed:',
      '  one',
      '  two',
    ])
  })

  it('shows the last answer, if it says something', () => {
    const container = fakeContainer('http://a')

    assert.deepEqual(describeEnd(container, { status: 404, body: 'Not found' }), [
      'The last answer:',
      '  Not found',
      'The application printed nothing.',
    ])
    for (const last of [{ status: 404, body: '\n' }, { silence: 'no answer' }]) {
      assert.deepEqual(describeEnd(container, last), ['The application printed nothing.'])
    }
  })
})
