import assert from 'node:assert/strict'
import { runtimeValue } from '../../../../sandbox/agent/expressions/runtime-value.ts'

const at = { file: 'a.yml', line: 3, column: 5 }

describe('runtimeValue', () => {
  const rows: readonly (readonly [text: string, value: string])[] = [
    ['plain', 'plain'],
    ['see $[ x ]', 'see $[ x ]'],
    [`$[ eq(variables['Build.SourceBranch'], 'refs/heads/main') ]`, 'True'],
    ['$[variables.none]', ''],
  ]
  for (const [text, value] of rows) {
    it(`makes '${value}' of ${text}`, () => {
      assert.equal(runtimeValue(text, new Map([['Build.SourceBranch', 'refs/heads/main']]), at), value)
    })
  }

  it('says where an expression is wrong', () => {
    assert.throws(() => runtimeValue(`$[ counter('a', 1) ]`, new Map(), at), {
      name: 'PipelineError',
      message: /^a\.yml:3:5: Unrecognized function: 'counter'/,
    })
  })
})
