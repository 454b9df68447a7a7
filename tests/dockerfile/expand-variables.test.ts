import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ExpansionError, expandVariables, shellWords } from '../../src/dockerfile/expand-variables.ts'

const values = new Map([
  ['A', 'a'],
  ['B', 'b$A'],
  ['EMPTY', ''],
  ['_x1', 'under'],
  ['V', 'v10.0.1'],
  ['W', 'v'],
  ['P', 'a/b/c'],
  ['BACK', String.raw`x\y`],
  ['LONG', 'x'.repeat(1000)],
])
const variables = (name: string) => values.get(name)

describe('expandVariables', () => {
  const expanded: readonly (readonly [written: string, text: string])[] = [
    ['', ''],
    ['plain', 'plain'],
    ['$A', 'a'],
    ['${A}', 'a'],
    ['x${A}y$A', 'xaya'],
    ['$A:10.0', 'a:10.0'],
    ['$_x1/$A', 'under/a'],
    ['x$NONE', 'x'],
    ['x${NONE}y', 'xy'],
    ['$1x', 'x'],
    ['$12x', 'x'],
    ['$', '$'],
    ['a$/b', 'a$/b'],
    ['$@$?', ''],
    ['${A:-d}', 'a'],
    ['${NONE:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${NONE-d}', 'd'],
    ['${A:+v}', 'v'],
    ['${NONE:+v}', ''],
    ['${EMPTY:+v}', ''],
    ['${EMPTY+v}', 'v'],
    ['${NONE+v}', ''],
    ['${NONE:-}', ''],
    ['${NONE:-${A}}', 'a'],
    ['${NONE:-x${EMPTY:-y$A}z}', 'xyaz'],
    ['${A:+$B}', 'b$A'],
    ['${NONE:-host:5000/a:1}', 'host:5000/a:1'],
    ['${NONE:-"a b"}', 'a b'],
    ["${NONE:-'}'}", '}'],
    ['$B', 'b$A'],
    ['$BACK', String.raw`x\y`],
    ['${A:?required}', 'a'],
    ['${EMPTY?required}', ''],
    ['${V#v}', '10.0.1'],
    ['${NONE#v}', ''],
    ['x:${V#$W}-y', 'x:10.0.1-y'],
    ['${V%%.*}', 'v10'],
    ['${V%.*}', 'v10.0'],
    ['${P##*/}', 'c'],
    ['${V/v/}', '10.0.1'],
    ['${P/\\//-}', 'a-b/c'],
    ['${P//\\//-}', 'a-b-c'],
    ['${P/b/$A}', 'a/a/c'],
    ['${NONE:-${V#v}}', '10.0.1'],
    [String.raw`\$A`, '$A'],
    [String.raw`\\$A`, String.raw`\a`],
    ['a\\', 'a'],
    ['"$A"', 'a'],
    ["'$A'", '$A'],
    ['"$A":"${W}"', 'a:v'],
    [`a'b'"c"d`, 'abcd'],
    [`"it's"`, "it's"],
    [String.raw`"a\"b"`, 'a"b'],
    [String.raw`"a\nb"`, String.raw`a\nb`],
    ["'a\\'", 'a\\'],
  ]
  for (const [written, text] of expanded) {
    it(`makes "${text}" of ${written}`, () => {
      assert.equal(expandVariables(written, variables), text)
    })
  }

  it('takes the backtick for the escape where the file does', () => {
    assert.equal(expandVariables('`$A\\b', variables, '`'), '$A\\b')
    assert.equal(expandVariables('"`$A\\b"', variables, '`'), '$A\\b')
  })

  const refused: readonly (readonly [written: string, kind: ExpansionError['kind'], message: string])[] = [
    ['${NONE?required}', 'unknown', 'has ${} with "?" whose variable has no value'],
    ['${EMPTY:?required}', 'unknown', 'has ${} with "?" whose variable has no value'],
    ['$LONG$LONG', 'unknown', 'makes a value that is too long'],
    [`\${A#${'x'.repeat(200)}}`, 'unknown', 'has ${} with a pattern that is too long'],
    ['${A:-'.repeat(600) + '}'.repeat(600), 'unknown', 'nests variables too deep'],
    ['${A/a}', 'malformed', 'has ${X/ that does not close'],
    ['${A/a/b', 'malformed', 'has a brace that does not close'],
    ['${A^^}', 'malformed', 'has ${...} with an unknown operator after the name'],
    ['${A:#a}', 'malformed', 'has ${...} with an unknown operator after the name'],
    ['${A', 'malformed', 'has ${...} with an unknown operator after the name'],
    ['${A:-b', 'malformed', 'has a brace that does not close'],
    ['${}', 'malformed', 'has ${} without a name'],
    ['${{A}}', 'malformed', 'has ${} without a name'],
    ['${', 'malformed', 'has a brace that does not close'],
    ['"a', 'malformed', 'has a double quote that does not close'],
    ["a'", 'malformed', 'has a single quote that does not close'],
    ['${A#\\a}', 'malformed', 'has ${} with a pattern that escapes what needs no escape'],
  ]
  for (const [written, kind, message] of refused) {
    it(`refuses ${written.slice(0, 40)}`, () => {
      assert.throws(() => expandVariables(written, variables), { name: 'ExpansionError', kind, message })
    })
  }

  it('leaves text without quotes, variables and escapes as it is, and always ends', () => {
    const unit = fc.constantFrom('a', '$', '{', '}', ':', '-', '+', '#', '/', '*', '"', "'", '\\', 'A')
    fc.assert(
      fc.property(fc.string({ unit }), (written) => {
        try {
          const text = expandVariables(written, () => written)

          if (!/["'$\\]/.test(written)) assert.equal(text, written)
        } catch (error) {
          assert.ok(error instanceof ExpansionError, String(error))
        }
      }),
    )
  })
})

describe('shellWords', () => {
  const rows: readonly (readonly [text: string, written: readonly string[], plain: readonly string[]])[] = [
    ['', [], []],
    ['  a \t b ', ['a', 'b'], ['a', 'b']],
    ['a "b c" d', ['a', '"b c"', 'd'], ['a', 'b c', 'd']],
    [String.raw`a\ b`, [String.raw`a\ b`], ['a b']],
    ['<<A b', ['<<A', 'b'], ['<<A', 'b']],
    ['<< A b', ['<< A', 'b'], ['<< A', 'b']],
    ['<<\t"A b"', ['<<\t"A b"'], ['<<\tA b']],
    ['<<<A <B', ['<<<A', '<B'], ['<<<A', '<B']],
    ['$A${B}', ['$A${B}'], ['$A${B}']],
    ['${A:-b c}', ['${A:-b', 'c}'], ['${A:-b', 'c}']],
    ['a${B:-c}d', ['${B:-c}d'], ['${B:-c}d']],
  ]
  for (const [text, written, plain] of rows) {
    it(`splits ${JSON.stringify(text)}`, () => {
      assert.deepEqual(shellWords(text, { asWritten: true }), written)
      assert.deepEqual(shellWords(text, { asWritten: false }), plain)
    })
  }
})
