import assert from 'node:assert/strict'
import { evaluateText } from '../../../../sandbox/agent/expressions/evaluate.ts'
import type { Scope } from '../../../../sandbox/agent/expressions/evaluate.ts'
import { commonFunctions } from '../../../../sandbox/agent/expressions/functions.ts'
import { arrayOf, objectOf, toText } from '../../../../sandbox/agent/expressions/values.ts'
import { nodeToValue } from '../../../../sandbox/agent/template/values-and-nodes.ts'
import { parseYaml } from '../../../../sandbox/agent/template/yaml-tree.ts'

const manyKinds = nodeToValue(
  parseYaml(
    `{s: 'false', b: false, q: "true", n: 1, nul: null, e: '', neg: -1.50, ver: 1.2.3, yes: yes, oct: 010, hex: 0x1F, exp: 1e3, flt: 1.0, word: on}`,
    'o.yml',
  ),
  (scalar) => scalar.literal,
)
const scope: Scope = {
  values: new Map([
    ['parameters', objectOf({ n: 2, b: false, o: manyKinds })],
    ['variables', objectOf({ v1: 'V1', vb: 'true' })],
    ['list', arrayOf([objectOf({ n: 'one' }), objectOf({ other: 'x' }), objectOf({ n: 'two' })])],
    ['o', manyKinds],
    ['empty', arrayOf([])],
    ['nested', objectOf({ a: objectOf({ n: '1' }), b: objectOf({ n: '2' }) })],
  ]),
  functions: commonFunctions,
}

describe('evaluateText', () => {
  const texts: readonly (readonly [expression: string, text: string])[] = [
    [`eq('1.0', 1)`, 'False'],
    [`eq(1, '1.0')`, 'True'],
    [`eq(true, 'false')`, 'True'],
    [`eq('True', true)`, 'True'],
    [`eq('true', true)`, 'True'],
    [`eq(variables.none, '')`, 'True'],
    [`eq('', variables.none)`, 'True'],
    [`eq(0, '')`, 'True'],
    [`eq('', 0)`, 'False'],
    [`eq(parameters.n, '2')`, 'True'],
    [`eq(parameters.b, 'False')`, 'False'],
    [`eq('False', parameters.b)`, 'True'],
    [`eq('High', 'high')`, 'True'],
    [`EQ(1, 1)`, 'True'],
    [`ne('a', 'A')`, 'False'],
    [`eq(list, list)`, 'True'],
    [`eq(empty, list)`, 'False'],
    [`eq('a', list)`, 'False'],
    [`eq(1.2.3, '1.2.3')`, 'True'],
    [`eq(1.2.3, 'x')`, 'False'],
    [`eq(variables.none, false)`, 'False'],
    [`PARAMETERS['N']`, '2'],
    [`parameters.b`, 'False'],
    [`gt('10', '9')`, 'False'],
    [`gt(10, '9')`, 'True'],
    [`lt(parameters.n, 10)`, 'True'],
    [`le(2, 2)`, 'True'],
    [`ge(true, false)`, 'True'],
    [`ge(variables.none, 0)`, 'True'],
    [`gt(1.10.0, 1.9.0)`, 'True'],
    [`gt('1.10.0', 1.9.0)`, 'False'],
    [`lt(1.2.0, '1.2.0.0')`, 'True'],
    [`and('false', 1)`, 'True'],
    [`or('', 0)`, 'False'],
    [`and(false, lt('a', list))`, 'False'],
    [`or(true, lt('a', list))`, 'True'],
    [`not('false')`, 'False'],
    [`xor(true, 'x')`, 'False'],
    [`join(',', parameters.o)`, ''],
    [`join('-', split('a,b', ','))`, 'a-b'],
    [`join(',', 'as it is')`, 'as it is'],
    [`length(split('a,b,c', ','))`, '3'],
    [`length('abc')`, '3'],
    [`length(parameters.o)`, '14'],
    [`join(';', list.*.n)`, 'one;two'],
    [`join(';', nested.*.n)`, '1;2'],
    [`join(';', nested[*]['N'])`, '1;2'],
    [`split('a,b', ',')[1]`, 'b'],
    [`split('a,b', ',')[5]`, ''],
    [`format('{0} {{x}} {1}', true, 1.50)`, 'True {x} 1.5'],
    [`coalesce(variables.none, '', 'z')`, 'z'],
    [`coalesce('', variables.none)`, ''],
    [`trim('  q ')`, 'q'],
    [`lower('AbC')`, 'abc'],
    [`upper('AbC')`, 'ABC'],
    [`replace('a-b-c', '-', '$&')`, 'a$&b$&c'],
    [`contains('Hello', 'hELL')`, 'True'],
    [`startsWith('Hello', 'he')`, 'True'],
    [`endsWith('Hello', 'LO')`, 'True'],
    [`containsValue(parameters.o, 'FALSE')`, 'True'],
    [`containsValue(list, 'a')`, 'False'],
    [`in('a', 'B', 'A')`, 'True'],
    [`notIn('a', 'b')`, 'True'],
    [`iif(parameters.b, 'T', 'F')`, 'F'],
    [`eq(variables.vb, true)`, 'True'],
    [`'it''s'`, `it's`],
    [`.5`, '0.5'],
    [`-1.50`, '-1.5'],
    [`1000`, '1000'],
    [`1000000000000000`, '1E+15'],
    [`.00001`, '1E-05'],
    [`1.2.3.4`, '1.2.3.4'],
    [`TRUE`, 'True'],
    [`convertToJson(1.2.3)`, '"1.2.3"'],
    [`convertToJson(empty)`, '[]'],
    [`convertToJson('a"b')`, String.raw`"a\"b"`],
  ]
  for (const [expression, text] of texts) {
    it(`gives '${text}' for ${expression}`, () => {
      assert.equal(toText(evaluateText(expression, scope)), text)
    })
  }

  it('writes JSON with typed members and two blanks of indentation', () => {
    assert.equal(
      evaluateText('convertToJson(o)', scope),
      [
        '{',
        '  "s": "false",',
        '  "b": false,',
        '  "q": "true",',
        '  "n": 1,',
        '  "nul": null,',
        '  "e": "",',
        '  "neg": -1.5,',
        '  "ver": "1.2.3",',
        '  "yes": "yes",',
        '  "oct": 10,',
        '  "hex": 31,',
        '  "exp": 1000,',
        '  "flt": 1,',
        '  "word": "on"',
        '}',
      ].join('\n'),
    )
  })

  it('indents nested JSON', () => {
    assert.equal(evaluateText(`convertToJson(split('a,b', ','))`, scope), '[\n  "a",\n  "b"\n]')
  })

  const errors: readonly (readonly [expression: string, message: RegExp])[] = [
    [`eq(null, 1)`, /^Unrecognized named-value: 'null'\. Located at position 4 within expression: eq\(null, 1\)$/],
    [`eq("x", 1)`, /^Unexpected symbol: '"x"'\. Located at position 4/],
    [`'open`, /^Unexpected symbol: ''open'/],
    [`counter('a', 1)`, /^Unrecognized function: 'counter'/],
    [`succeeded()`, /^Unrecognized function: 'succeeded'/],
    [`dependencies.a`, /^Unrecognized named-value: 'dependencies'/],
    [`1 + 1`, /^Unexpected symbol: '\+'/],
    [`a@b`, /^Unexpected symbol: 'a@b'/],
    [`eq(1, 2`, /^Unexpected end of expression/],
    [``, /^Unexpected end of expression/],
    [`eq(1 2)`, /^Unexpected symbol: '2'/],
    [`(1)`, /^Unexpected symbol: '\('/],
    [`1 2`, /^Unexpected symbol: '2'/],
    [`list.[0]`, /^Unexpected symbol: '\['/],
    [`eq(1)`, /^Too few parameters supplied to 'eq'/],
    [`eq(1, 2, 3)`, /^Too many parameters supplied to 'eq'/],
    [`${'not('.repeat(50)}1${')'.repeat(50)}`, /^The expression is nested deeper than 50/],
    [`'${'x'.repeat(21_000)}'`, /^The expression is longer than 21000 characters/],
    [`lt(1, 'x')`, /^Unable to convert from String to Number\. Value: x$/],
    [`lt(list, 1)`, /^Unable to convert from Array to Number/],
    [`gt(1.2.3, 'x')`, /^Unable to convert from String to Version/],
    [`upper(o)`, /^Unable to convert from Object to String/],
    [`format('{1}', 'a')`, /references more arguments than were supplied/],
    [`format('{a}', 'a')`, /format string is invalid/],
    [`split('a', ', ')`, /one single character only/],
  ]
  for (const [expression, message] of errors) {
    it(`refuses ${expression.slice(0, 40)}`, () => {
      assert.throws(() => evaluateText(expression, scope), { message })
    })
  }
})
