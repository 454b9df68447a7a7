import assert from 'node:assert/strict'
import dockerignore from '@balena/dockerignore'
import fc from 'fast-check'
import { parseIgnoreRules } from '../../src/build-context/ignore-rules.ts'

describe('parseIgnoreRules', () => {
  const rows: readonly (readonly [rules: string, path: string, ignored: boolean])[] = [
    ['a', 'a', true],
    ['a', 'a/b', true],
    ['a', 'b/a', false],
    ['/a', 'a', true],
    ['a/', 'a/b', true],
    ['*', 'a/b', true],
    ['*/b', 'a/b/c', true],
    ['**/b', 'b', true],
    ['**/b', 'a/x/b/c', true],
    ['**/b', 'a/xb', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b', true],
    ['**', 'a', true],
    ['?', 'ä', true],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[^a]', 'a', false],
    ['a+(b)', 'a+(b)', true],
    [String.raw`\*`, '*', true],
    [String.raw`\*`, 'a', false],
    ['#a', '#a', false],
    ['a\n!a/b', 'a/b', false],
    ['a\n!a/b', 'a/c', true],
    ['', 'a', false],
    ['A', 'a', false],
  ]
  for (const [rules, path, ignored] of rows) {
    it(`${ignored ? 'leaves out' : 'keeps'} ${path} by ${JSON.stringify(rules)}`, () => {
      assert.equal(parseIgnoreRules(rules).ignores(path), ignored)
    })
  }

  it('decides as the package does, whose expressions try everything', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
    const part = fc.constantFrom('a', 'b', '.', '*', '**', '?', '/', '/**/', '[ab]', String.raw`\a`, 'a/')
    const line = fc
      .tuple(fc.constantFrom('', '!', '/', '# '), fc.array(part, { maxLength: 6 }))
      .map(([mark, parts]) => `${mark}${parts.join('')}`)
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), path, (lines, candidate) => {
        fc.pre(!candidate.split('/').some((folder) => folder === '.' || folder === '..'))
        const expected = dockerignore.default({ ignorecase: false }).add(lines.join('\n')).ignores(candidate)
        assert.equal(parseIgnoreRules(lines.join('\n')).ignores(candidate), expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('says of a rule that is no pattern what is wrong with it', () => {
    assert.throws(() => parseIgnoreRules('a[b'), { message: 'a rule of the .dockerignore has "[" without "]"' })
  })

  it('decides about rules with many stars at once', () => {
    const rules = parseIgnoreRules(`${'**/'.repeat(500)}${'a*'.repeat(500)}z\n`)

    assert.equal(rules.ignores('a/'.repeat(1000) + 'a'.repeat(250)), false)
    assert.equal(rules.ignores(`a/b/${'a'.repeat(500)}z`), true)
  })
})
