import assert from 'node:assert/strict'
import { assertRefused, scripts } from './loading.ts'

describe('bindParameters, in a pipeline file', () => {
  const declared = (type: string, rest = '') => `
parameters:
  - name: p
    type: ${type}
    ${rest}
steps:
  - script: \${{ parameters.p }}|\${{ convertToJson(parameters.p) }}
`
  const rows: readonly (readonly [type: string, value: string | boolean, script: string])[] = [
    ['string', 'a b', 'a b|"a b"'],
    ['string', true, 'true|"true"'],
    ['number', '1.50', '1.5|1.5'],
    ['boolean', 'TRUE', 'True|true'],
    ['boolean', false, 'False|false'],
  ]
  for (const [type, value, script] of rows) {
    it(`reads ${String(value)} as ${type}`, () => {
      assert.deepEqual(scripts(declared(type), { P: value }), [script])
    })
  }

  it('takes objects as YAML text and keeps the kinds inside', () => {
    const file = `
parameters:
  - name: p
    type: object
steps:
  - script: \${{ join(' ', parameters.p) }}
`
    assert.deepEqual(scripts(file, { p: '[6.0, $(Build.BuildNumber), true]' }), ['6 $(Build.BuildNumber) True'])
  })

  it('uses defaults, keeping the text of a string that looks like a number', () => {
    assert.deepEqual(scripts(declared('string', 'default: 1.20')), ['1.20|"1.20"'])
    assert.deepEqual(scripts(declared('string', 'default:')), ['|""'])
    assert.deepEqual(scripts(declared('string', `default: ''`)), ['|""'])
  })

  it('treats a boolean as the published templates test it', () => {
    const file = `
parameters:
  - name: force
    type: boolean
    default: false
steps:
  - \${{ if eq(parameters.force, true) }}:
    - script: forced
  - \${{ else }}:
    - script: not forced
`
    assert.deepEqual(scripts(file), ['not forced'])
    assert.deepEqual(scripts(file, { force: true }), ['forced'])
  })

  it('accepts a string list and a listed value', () => {
    assert.deepEqual(scripts(declared('string', 'values: [one, two]'), { p: 'two' }), ['two|"two"'])
    const list = declared('stringList', 'values: [one, two]').replace('${{ parameters.p }}|', '')
    assert.deepEqual(scripts(list, { p: '[two, one]' }), ['[\n  "two",\n  "one"\n]'])
  })

  const errors: readonly (readonly [what: string, file: string, message: RegExp, value?: string])[] = [
    ['a missing value', declared('string'), /^a\.yml:3:5: A value for the 'p' parameter must be provided\.$/],
    ['a value that is not listed', declared('string', 'values: [one, two]'), /'TWO' is not allowed/, 'TWO'],
    ['a boolean that is none', declared('boolean'), /'p' parameter value 'maybe' is not a valid boolean/, 'maybe'],
    ['a macro for a boolean', declared('boolean'), /'\$\(v\)' is not a valid boolean/, '$(v)'],
    ['a number that is none', declared('number'), /'x' is not a valid number/, 'x'],
    ['an empty number', declared('number'), /'' is not a valid number/, ''],
    [
      'an unsupported type',
      declared('containerList'),
      /^a\.yml:4:11: The parameter type 'containerList' is not supported/,
    ],
    ['an unknown attribute', declared('string', 'defaults: 1'), /^a\.yml:5:5: Unexpected value 'defaults'/],
    ['an expression', declared('string', 'default: ${{ 1 }}'), /^a\.yml:5:14: A template expression is not allowed/],
    ['a list for a string', declared('string', 'default: [a]'), /a sequence is not a valid string/],
    ['a nameless parameter', 'parameters: [{type: string}]\nsteps: []', /^a\.yml:1:14: A parameter needs a 'name'/],
  ]
  for (const [what, file, message, value] of errors) {
    it(`refuses ${what}`, () => {
      assertRefused(file, message, value === undefined ? {} : { p: value })
    })
  }

  it('refuses a parameter that is not declared', () => {
    assertRefused('steps: []', /^a\.yml:1:1: Unexpected parameter 'p'$/, { p: 'x' })
    assertRefused(
      'steps:\n- script: ${{ parameters.x }}',
      /^a\.yml:2:11: Unexpected parameter reference 'parameters\.x'/,
    )
  })
})
