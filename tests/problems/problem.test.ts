import assert from 'node:assert/strict'
import { formatProblem, type Problem } from '../../src/problems/problem.ts'
import { check, join, wordsOf } from '../../src/problems/words.ts'

describe('formatProblem', () => {
  const rows: readonly (readonly [what: string, problem: Omit<Problem, 'code'>, text: string])[] = [
    ['a reason alone', { reason: 'The job was cancelled', advice: [] }, 'The job was cancelled.'],
    ['an attempt', { attempt: 'Cannot read a', reason: '404', advice: ['Check it'] }, 'Cannot read a: 404. Check it.'],
    ['a full stop of others', { reason: 'It said no.', advice: [] }, 'It said no.'],
    ['dots of others', { reason: 'It waits...', advice: [] }, 'It waits.'],
    ['a question', { reason: 'No answer', advice: ['Does it listen?'] }, 'No answer. Does it listen?'],
    ['a text that was cut', { reason: 'RUN apt-get…', advice: [] }, 'RUN apt-get…'],
  ]
  for (const [what, problem, text] of rows) {
    it(`writes ${what}`, () => {
      assert.equal(formatProblem({ code: 'unexpected', ...problem }), `${text} [unexpected]`)
    })
  }
})

describe('wordsOf', () => {
  it('knows the settings that a form has', () => {
    const words = wordsOf(['registryMirrors', 'title'])

    assert.deepEqual(words, { registryMirrors: 'the input "registryMirrors"' })
  })
})

describe('check', () => {
  it('leaves out what the form lacks', () => {
    assert.deepEqual(check(undefined, 'the FROM', 'the proxy'), ['Check the FROM and the proxy'])
    assert.deepEqual(check('a', 'b', 'c'), ['Check a, b and c'])
    assert.deepEqual(check(undefined), [])
  })
})

describe('join', () => {
  it('takes another verb and another conjunction', () => {
    assert.deepEqual(join('Give some in', ['a', undefined, 'b'], 'or'), ['Give some in a or b'])
  })
})
