import assert from 'node:assert/strict'
import { replacePart, trimEnd, trimStart } from '../../src/dockerfile/match-pattern.ts'

describe('trimStart', () => {
  const rows: readonly (readonly [value: string, pattern: string, shortest: string, longest: string])[] = [
    ['v10.0', 'v', '10.0', '10.0'],
    ['v10.0', 'x', 'v10.0', 'v10.0'],
    ['v10.0', '', 'v10.0', 'v10.0'],
    ['a/b/c', '*/', 'b/c', 'c'],
    ['a/b/c', '*', 'a/b/c', ''],
    ['abc', '?', 'bc', 'bc'],
    ['😀bc', '?', 'bc', 'bc'],
    ['a.b', 'a.', 'b', 'b'],
    ['axb', 'a.', 'axb', 'axb'],
    ['*ab', String.raw`\*`, 'ab', 'ab'],
    ['xab', String.raw`\*`, 'xab', 'xab'],
    ['a}b', String.raw`a\}`, 'b', 'b'],
    ['abcab', 'a*b', 'cab', ''],
    ['abcabx', 'a*b', 'cabx', 'x'],
    ['aab', '*a?', 'b'.repeat(1), ''],
    ['abcbcd', '*b*c', 'bcd', 'd'],
  ]
  for (const [value, pattern, shortest, longest] of rows) {
    it(`takes ${pattern} off the start of ${value}`, () => {
      assert.deepEqual([trimStart(value, pattern, false), trimStart(value, pattern, true)], [shortest, longest])
    })
  }

  it('knows no other escapes', () => {
    assert.equal(trimStart('a', String.raw`\a`, false), undefined)
    assert.equal(trimStart('a', 'a\\', false), undefined)
  })

  it('ends soon, however many stars there are', () => {
    const started = performance.now()

    assert.equal(trimStart('a'.repeat(4000), `${'a*'.repeat(60)}b`, true), 'a'.repeat(4000))
    assert.ok(performance.now() - started < 50)
  })
})

describe('trimEnd', () => {
  const rows: readonly (readonly [value: string, pattern: string, shortest: string, longest: string])[] = [
    ['a/b/c', '/*', 'a/b', 'a'],
    ['10.0-noble', '-noble', '10.0', '10.0'],
    ['10.0-noble', 'x', '10.0-noble', '10.0-noble'],
    ['10.0', '', '10.0', '10.0'],
    ['10.0.1', '.*', '10.0', '10'],
    ['ab*', String.raw`b\*`, 'a', 'a'],
    ['a😀', '?', 'a', 'a'],
  ]
  for (const [value, pattern, shortest, longest] of rows) {
    it(`takes ${pattern} off the end of ${value}`, () => {
      assert.deepEqual([trimEnd(value, pattern, false), trimEnd(value, pattern, true)], [shortest, longest])
    })
  }

  it('knows no other escapes', () => {
    assert.equal(trimEnd('a', String.raw`\a`, false), undefined)
  })
})

describe('replacePart', () => {
  const rows: readonly (readonly [value: string, pattern: string, by: string, first: string, each: string])[] = [
    ['a+b+c', '+', '-', 'a-b+c', 'a-b-c'],
    ['a/b/c', String.raw`\/`, '-', 'a-b/c', 'a-b-c'],
    ['abcabc', 'b*', 'x', 'ax', 'ax'],
    ['abcabc', 'b?', 'x', 'axabc', 'axax'],
    ['abc', 'b', '', 'ac', 'ac'],
    ['abc', 'b', '$&', 'a$&c', 'a$&c'],
    ['abc', 'x', 'y', 'abc', 'abc'],
    ['aaa', 'a', 'b', 'baa', 'bbb'],
    ['abc', '*', 'x', 'x', 'x'],
    ['', '*', 'x', 'x', 'x'],
  ]
  for (const [value, pattern, by, first, each] of rows) {
    it(`puts "${by}" for ${pattern} in "${value}"`, () => {
      assert.deepEqual(
        [replacePart(value, pattern, { by, each: false }), replacePart(value, pattern, { by, each: true })],
        [first, each],
      )
    })
  }

  it('knows no other escapes', () => {
    assert.equal(replacePart('a', String.raw`\a`, { by: 'b', each: true }), undefined)
  })
})
