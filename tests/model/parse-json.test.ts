import assert from 'node:assert/strict'
import { parseJson } from '../../src/model/parse-json.ts'

describe('parseJson', () => {
  const rows: readonly (readonly [text: string, content: unknown])[] = [
    ['{"a":[1]}', { a: [1] }],
    [' "a" ', 'a'],
    ['null', null],
    ['false', false],
    ['', undefined],
    ['{"a":', undefined],
    ['<html>', undefined],
    ['{"a":1} and more', undefined],
  ]
  for (const [text, content] of rows) {
    it(`${content === undefined ? 'finds no JSON in' : 'reads'} ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseJson(text), content)
    })
  }
})
