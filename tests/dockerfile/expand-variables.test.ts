import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expandVariables } from '../../src/dockerfile/expand-variables.ts'

const values = new Map([
  ['A', 'a'],
  ['B', 'b$A'],
  ['EMPTY', ''],
  ['_x1', 'under'],
  ['V', 'v10.0.1'],
  ['W', 'v'],
  ['BACK', String.raw`x\y`],
])
const variables = (name: string) => values.get(name)

describe('expandVariables', () => {
  const resolved: readonly (readonly [written: string, text: string])[] = [
    ['', ''],
    ['plain', 'plain'],
    ['$A', 'a'],
    ['${A}', 'a'],
    ['x${A}y$A', 'xaya'],
    ['$A:10.0', 'a:10.0'],
    ['$_x1/$A', 'under/a'],
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
    ['$B', 'b$A'],
    ['${B}', 'b$A'],
    ['$BACK', String.raw`x\y`],
    ['${BACK}', String.raw`x\y`],
    ['${A:?required}', 'a'],
    ['${EMPTY?required}', ''],
    ['${V#v}', '10.0.1'],
    ['x:${V#$W}-y', 'x:10.0.1-y'],
    ['${V%%.*}', 'v10'],
    ['${V/v/}', '10.0.1'],
    ['${NONE:-${V#v}}', '10.0.1'],
    [String.raw`\$A`, '$A'],
    [String.raw`\\$A`, String.raw`\a`],
    ['a\\', 'a\\'],
  ]
  for (const [written, text] of resolved) {
    it(`makes "${text}" of ${written}`, () => {
      assert.deepEqual(expandVariables(written, variables), { text })
    })
  }

  const unresolved: readonly (readonly [written: string, name: string])[] = [
    ['$NONE', 'NONE'],
    ['${NONE}', 'NONE'],
    ['$A$NONE', 'NONE'],
    ['${NONE:-$OTHER}', 'OTHER'],
    ['${A:+${OTHER}}', 'OTHER'],
    ['${NONE?required}', 'NONE'],
    ['${EMPTY:?required}', 'EMPTY'],
    ['${NONE#x}', 'NONE'],
    ['${A#$NONE}', 'NONE'],
    ['${A#\\\\$B}', 'A'],
    ['${A/a}', 'A'],
    ['${A^^}', 'A'],
    ['${A', '${A'],
    ['${}', '${}'],
    ['$', '$'],
    ['$1', '$1'],
  ]
  for (const [written, name] of unresolved) {
    it(`names ${name} where ${written} has no value`, () => {
      assert.deepEqual(expandVariables(written, variables), { unresolved: name })
    })
  }

  it('leaves text without a variable as it is, and always ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '$', '{', '}', ':', '-', '+', '\\', 'A') }), (written) => {
        const expansion = expandVariables(written, () => written)

        if (!/[$\\]/.test(written)) assert.deepEqual(expansion, { text: written })
      }),
    )
  })
})
