import assert from 'node:assert/strict'
import { parseMatrix } from '../../../../sandbox/agent/graph/matrix.ts'

const at = { file: 'a.yml', line: 4, column: 15 }

// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job-strategy
describe('parseMatrix', () => {
  it('reads legs and their variables as text', () => {
    const legs = parseMatrix('{"i_1":{"fleetImage":"a:b","n":1.50,"flag":true,"empty":""},"Leg_2":{}}', at)

    assert.deepEqual(legs, [
      {
        name: 'i_1',
        variables: new Map([
          ['fleetImage', 'a:b'],
          ['n', '1.5'],
          ['flag', 'true'],
          ['empty', ''],
        ]),
      },
      { name: 'Leg_2', variables: new Map() },
    ])
  })

  it('takes a name of 100 characters, and no legs at all', () => {
    assert.equal(parseMatrix(JSON.stringify({ ['a'.repeat(100)]: {} }), at).length, 1)
    assert.deepEqual(parseMatrix('{}', at), [])
  })

  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${String(index)}`, {}]))
  const name = /must start with a letter, hold letters, digits and '_' only, and have at most 100 characters$/
  const errors: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /^a\.yml:4:15: The matrix must be a JSON object of legs, but it is: \(empty\)$/],
    ['no json', /but it is: no json$/],
    ['[]', /but it is: \[\]$/],
    ['null', /but it is: null$/],
    ['"text"', /but it is: "text"$/],
    [`[${'1,'.repeat(200)}1]`, /but it is: \[1,(?:1,)*1?\.\.\.$/],
    ['{"a":1}', /^a\.yml:4:15: The leg 'a' of the matrix must be a JSON object of variables$/],
    ['{"a":{"b":{}}}', /The variable 'b' of the matrix must be text/],
    ['{"a":{"b":null}}', /The variable 'b' of the matrix must be text/],
    ['{"1a":{}}', name],
    ['{"a-b":{}}', name],
    ['{"_a":{}}', name],
    ['{"ä":{}}', name],
    ['{"":{}}', /The matrix leg '\(empty\)' must start with a letter/],
    [JSON.stringify({ ['a'.repeat(101)]: {} }), name],
    ['{"a":{},"A":{}}', /The matrix leg 'A' appears more than once/],
    [JSON.stringify(many(257)), /A matrix may have 256 legs, not 257/],
  ]
  for (const [text, message] of errors) {
    it(`refuses ${text.slice(0, 40)}`, () => {
      assert.throws(() => parseMatrix(text, at), { name: 'PipelineError', message })
    })
  }
})
