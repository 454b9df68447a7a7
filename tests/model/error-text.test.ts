import assert from 'node:assert/strict'
import { codeOf, messageOf } from '../../src/model/error-text.ts'

describe('messageOf', () => {
  const rows: readonly (readonly [what: string, thrown: unknown, message: string])[] = [
    ['an error', new TypeError('a mistake'), 'a mistake'],
    ['a text', 'no space left', 'no space left'],
    ['nothing', undefined, 'undefined'],
  ]
  for (const [what, thrown, message] of rows) {
    it(`says what ${what} says`, () => {
      assert.equal(messageOf(thrown), message)
    })
  }
})

describe('codeOf', () => {
  const rows: readonly (readonly [what: string, thrown: unknown, code: string | undefined])[] = [
    ['an error of the system', Object.assign(new Error('open a'), { code: 'ENOENT' }), 'ENOENT'],
    ['an error without a code', new Error('a mistake'), undefined],
    ['a program that ended badly', Object.assign(new Error('exit 3'), { code: 3 }), undefined],
    ['what is no error', { code: 'ENOENT' }, undefined],
    ['nothing', undefined, undefined],
  ]
  for (const [what, thrown, code] of rows) {
    it(`gives ${code ?? 'none'} of ${what}`, () => {
      assert.equal(codeOf(thrown), code)
    })
  }
})
