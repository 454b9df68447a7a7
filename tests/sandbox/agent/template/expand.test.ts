import assert from 'node:assert/strict'
import { assertRefused, scripts } from './loading.ts'

describe('expandNode, in the steps of a pipeline', () => {
  const withObject = (steps: string) => `
parameters:
  - name: list
    type: object
    default: [{ n: a, v: 1 }, { n: b, v: 2 }]
  - name: map
    type: object
    default: { one: '1', two: '2' }
  - name: off
    type: object
    default: { text: 'false', flag: false, zero: 0, version: 0.0.0.0, none: null, list: [], map: {} }
steps:
${steps}`
  const rows: readonly (readonly [what: string, steps: string, expected: readonly unknown[]])[] = [
    ['mixes text and values', `- script: a\${{ 1.50 }}b\${{ true }}c\${{ '}}' }}d`, ['a1.5bTruec}}d']],
    ['leaves literals as they are written', `- script: 1.20`, ['1.20']],
    ['makes Null empty', `- script: x\${{ parameters.off.none }}`, ['x']],
    ['joins with what YAML makes of an escape', `- script: "\${{ join('\\n', parameters.list.*.n) }}"`, ['a\nb']],
    [
      'visits the items of a list',
      `- \${{ each x in parameters.list }}:\n  - script: \${{ x.n }}=\${{ x.v }}`,
      ['a=1', 'b=2'],
    ],
    [
      'visits the pairs of a mapping',
      `- \${{ each x in parameters.map }}:\n  - script: \${{ x.key }}=\${{ x.value }}`,
      ['one=1', 'two=2'],
    ],
    ['visits nothing in Null', `- \${{ each x in parameters.off.none }}:\n  - script: x`, []],
    [
      'hides an outer loop variable',
      `- \${{ each x in parameters.list }}:\n  - \${{ each x in parameters.map }}:\n    - script: \${{ x.key }}`,
      ['one', 'two', 'one', 'two'],
    ],
    [
      'chains if, elseif and else',
      `- \${{ each x in split('a,b,c', ',') }}:
  - \${{ if eq(x, 'a') }}:
    - script: first
  - \${{ elseif eq(x, 'b') }}:
    - script: second
  - \${{ else }}:
    - script: other`,
      ['first', 'second', 'other'],
    ],
    [
      'takes only the first branch that holds',
      `- \${{ if true }}:\n  - script: a\n- \${{ elseif true }}:\n  - script: b\n- \${{ else }}:\n  - script: c`,
      ['a'],
    ],
    [
      'builds one item from the pairs of a mapping',
      `- task: T@1
  inputs: { a: 1 }
- \${{ each pair in split('script', ',') }}:
    \${{ pair }}: built`,
      [{ a: '1' }, 'built'],
    ],
    [
      'chains in a mapping',
      `- task: T@1
  inputs:
    \${{ if false }}:
      a: 1
    \${{ elseif true }}:
      b: 2
    \${{ else }}:
      c: 3
    \${{ insert }}: \${{ parameters.map }}
    \${{ each x in parameters.list }}:
      key_\${{ x.n }}: \${{ x.v }}`,
      [{ b: '2', one: '1', two: '2', key_a: '1', key_b: '2' }],
    ],
    ...(
      [
        ['text', true],
        ['flag', false],
        ['zero', false],
        ['version', true],
        ['none', false],
        ['list', true],
        ['map', true],
      ] as const
    ).map(
      ([name, isTaken]) =>
        [
          `${isTaken ? 'takes' : 'skips'} an if on ${name}`,
          `- \${{ if parameters.off.${name} }}:\n  - script: taken`,
          isTaken ? ['taken'] : [],
        ] as const,
    ),
    ['sees predefined variables', `- script: \${{ variables['build.reason'] }}`, ['Manual']],
    ['leaves macros and runtime expressions', `- script: $(a) $[ b ]`, ['$(a) $[ b ]']],
  ]
  for (const [what, steps, expected] of rows) {
    it(what, () => {
      assert.deepEqual(scripts(withObject(steps)), expected)
    })
  }

  const errors: readonly (readonly [what: string, steps: string, message: RegExp])[] = [
    [
      'an else after another item',
      `- script: a\n- \${{ else }}:\n  - script: b`,
      /^a\.yml:14:3: The directive 'else' must be chained after an if$/,
    ],
    ['a second else', `- \${{ if true }}: []\n- \${{ else }}: []\n- \${{ else }}: []`, /'else' must be chained/],
    [
      'each with an index',
      `- \${{ each x, i in parameters.list }}:\n  - script: a`,
      /^a\.yml:13:3: Exactly 3 parameter\(s\) were expected following the directive 'each'/,
    ],
    [
      'if without condition',
      `- \${{ if }}:\n  - script: a`,
      /Exactly 1 parameter\(s\) were expected following the directive 'if'/,
    ],
    ['else with condition', `- \${{ if true }}: []\n- \${{ else true }}: []`, /Exactly 0 parameter\(s\) were expected/],
    ['each over text', `- \${{ each x in 'abc' }}: []`, /'each' needs a sequence or a mapping, not a String/],
    ['an object in text', `- script: a \${{ parameters.map }}`, /Unable to convert from Object to String/],
    ['a list as script', `- script: \${{ parameters.list }}`, /A text was expected/],
    ['a directive as value', `- script: \${{ if true }}`, /A directive must be a key/],
    ['a branch without items', `- \${{ if true }}: a`, /A sequence was expected/],
    ['an open expression', `- script: \${{ 'a }}'`, /The expression is not closed/],
    [
      'an unknown name',
      `- script: \${{ dependencies.x }}`,
      /Unrecognized named-value: 'dependencies'.*\(in \$\{\{ dependencies\.x \}\}\)$/,
    ],
    ['a status function', `- script: \${{ succeeded() }}`, /Unrecognized function: 'succeeded'/],
    [
      'keys made equal',
      `- task: T@1\n  inputs:\n    one: x\n    \${{ insert }}: \${{ parameters.map }}`,
      /'one' is already defined/,
    ],
  ]
  for (const [what, steps, message] of errors) {
    it(`refuses ${what}`, () => {
      assertRefused(withObject(steps), message)
    })
  }
})
