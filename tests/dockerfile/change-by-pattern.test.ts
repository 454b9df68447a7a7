import assert from 'node:assert/strict'
import { changeByPattern } from '../../src/dockerfile/change-by-pattern.ts'

describe('changeByPattern', () => {
  // What BuildKit's own words processor makes of them.
  const rows: readonly (readonly [value: string, modifier: string, changed: string | undefined])[] = [
    ['v10.0', '#v', '10.0'],
    ['v10.0', '#x', 'v10.0'],
    ['v10.0', '#', 'v10.0'],
    ['a/b/c', '#*/', 'b/c'],
    ['a/b/c', '##*/', 'c'],
    ['a/b/c', '%/*', 'a/b'],
    ['a/b/c', '%%/*', 'a'],
    ['10.0-noble', '%-noble', '10.0'],
    ['10.0-noble', '%x', '10.0-noble'],
    ['10.0', '%', '10.0'],
    ['abc', '#?', 'bc'],
    ['a.b', '#a.', 'b'],
    ['axb', '#a.', 'axb'],
    ['*ab', String.raw`#\*`, 'ab'],
    ['xab', String.raw`#\*`, 'xab'],
    ['a+b+c', '/+/-', 'a-b+c'],
    ['a+b+c', '//+/-', 'a-b-c'],
    ['a/b/c', String.raw`//\//-`, 'a-b-c'],
    ['abcabc', '/b*/x', 'ax'],
    ['abc', '/b/', 'ac'],
    ['abc', '/b/$&', 'a$&c'],
    ['abc', '/b', undefined],
    ['abc', '^^', undefined],
    ['abc', '', undefined],
  ]
  for (const [value, modifier, changed] of rows) {
    it(`makes ${String(changed)} of ${value} by ${modifier}`, () => {
      assert.equal(changeByPattern(value, modifier), changed)
    })
  }
})
