import assert from 'node:assert/strict'
import type { Files } from './loading.ts'
import { assertRefused, load, scripts, stepsOf } from './loading.ts'

describe('loadPipeline: templates', () => {
  it('extends a template and hands parameters over', () => {
    const files = {
      'a.yml': `
parameters:
  - name: force
    type: boolean
    default: false
trigger: none
schedules:
  - cron: '0 */4 * * *'
    branches: { include: [main] }
    always: true
pool: { vmImage: ubuntu-latest }
extends:
  template: shared/base.yml
  parameters:
    force: \${{ parameters.force }}
    tags: [6.0, $(Build.BuildNumber)]
    before:
      - script: first
      - template: local.yml
`,
      'local.yml': 'steps:\n- script: from the root\n',
      'shared/local.yml': 'steps:\n- script: from shared\n',
      'shared/base.yml': `
parameters:
  - name: force
    type: boolean
  - name: tags
    type: object
  - name: before
    type: stepList
    default: []
steps:
  - \${{ parameters.before }}
  - \${{ each step in parameters.before }}:
    - \${{ if step.script }}:
      - \${{ step }}
  - script: \${{ parameters.force }} \${{ join(',', parameters.tags) }}
  - template: local.yml
  - template: /local.yml@self
`,
    }
    assert.deepEqual(scripts(files, { force: true }), [
      'first',
      'from the root',
      'first',
      'True 6,$(Build.BuildNumber)',
      'from shared',
      'from the root',
    ])
  })

  it('accepts anything in the untyped form of parameters', () => {
    const files = {
      'a.yml': 'steps:\n- template: b.yml\n  parameters: { given: 1.0, extra: x }\n',
      'b.yml':
        'parameters: { given: a, other: b }\nsteps:\n- script: ${{ parameters.given }} ${{ parameters.other }} ${{ parameters.extra }} ${{ parameters.none }}.\n',
    }
    assert.deepEqual(scripts(files), ['1 b x .'])
  })

  it('wraps each step of a list', () => {
    const files = {
      'a.yml':
        'extends:\n  template: b.yml\n  parameters:\n    steps:\n    - script: a\n      enabled: true\n      displayName: A\n',
      'b.yml': `
parameters:
  - name: steps
    type: stepList
steps:
  - \${{ each step in parameters.steps }}:
    - \${{ each pair in step }}:
        \${{ if ne(pair.key, 'displayName') }}:
          \${{ pair.key }}: \${{ pair.value }}
      displayName: wrapped \${{ step.displayName }}
`,
    }
    const [step] = stepsOf(load(files))
    assert.equal(step?.displayName, 'wrapped A')
    assert.deepEqual(scripts(files), ['a'])
  })

  it('hides the caller’s variables from an included file', () => {
    const files = {
      'a.yml': 'variables: { v: 1 }\nsteps:\n- script: ${{ variables.v }}\n- template: b.yml\n',
      'b.yml': 'steps:\n- script: x${{ variables.v }}\n',
    }
    assert.deepEqual(scripts(files), ['1', 'x'])
  })

  it('collects the variables of the file and of its base', () => {
    const base = 'variables:\n- name: v\n  value: ${{ 1 }}\n  readonly: true\nsteps: []\n'
    const { variables } = load({ 'a.yml': 'extends: { template: b.yml }\n', 'b.yml': base })
    assert.deepEqual(
      variables.map(({ name, value, isReadOnly }) => ({ name, value, isReadOnly })),
      [{ name: 'v', value: '1', isReadOnly: true }],
    )
  })

  const use = (call: string) => `steps:\n- ${call}\n`
  const errors: readonly (readonly [what: string, files: Files, message: RegExp])[] = [
    ['a missing file', { 'a.yml': use('template: none.yml') }, /^a\.yml:2:13: Cannot read none\.yml/],
    ['a file outside', { 'a.yml': use('template: ../b.yml') }, /outside of the repository/],
    [
      'another repository',
      { 'a.yml': use('template: b.yml@other') },
      /^a\.yml:2:13: Templates of other repositories are not supported/,
    ],
    [
      'an unexpected argument',
      { 'a.yml': use('{ template: b.yml, parameters: { x: 1 } }'), 'b.yml': 'steps: []' },
      /^a\.yml:2:36: Unexpected parameter 'x'/,
    ],
    [
      'a missing argument',
      { 'a.yml': use('template: b.yml'), 'b.yml': 'parameters: [{ name: x }]\nsteps: []' },
      /^a\.yml:2:13: A value for the 'x' parameter/,
    ],
    [
      'a template without steps',
      { 'a.yml': use('template: b.yml'), 'b.yml': 'parameters: []' },
      /^b\.yml:1:1: The template needs 'steps'/,
    ],
    [
      'a template with more',
      { 'a.yml': use('template: b.yml'), 'b.yml': 'steps: []\nvariables: {}' },
      /^b\.yml:2:1: Unexpected value 'variables'/,
    ],
    [
      'a template that includes itself',
      { 'a.yml': use('template: a.yml') },
      /^a\.yml:2:13: The template includes itself: a\.yml -> a\.yml/,
    ],
    ['a call with more', { 'a.yml': use('{ template: b.yml, condition: always() }') }, /Unexpected value 'condition'/],
    [
      'variables defined twice',
      { 'a.yml': 'variables: { v: 1 }\nextends: { template: b.yml }\n', 'b.yml': 'variables: { w: 1 }\nsteps: []' },
      /^b\.yml:1:1: 'variables' is already defined/,
    ],
    [
      'steps beside extends',
      { 'a.yml': 'steps: []\nextends: { template: b.yml }\n' },
      /'extends' is not allowed beside 'steps'/,
    ],
    [
      'a base without jobs',
      { 'a.yml': 'extends: { template: b.yml }\n', 'b.yml': 'jobs: []' },
      /^b\.yml:1:7: At least one job is needed/,
    ],
    [
      'too many files',
      { 'a.yml': `steps:\n${'- template: b.yml\n'.repeat(100)}`, 'b.yml': 'steps: []' },
      /100 files, no more/,
    ],
    ['extends without a template', { 'a.yml': 'extends: { parameters: {} }' }, /A 'template' was expected/],
    [
      'a broken template',
      { 'a.yml': use('template: b.yml'), 'b.yml': 'steps: []\nsteps: []' },
      /^b\.yml:2:1: 'steps' is already defined/,
    ],
  ]
  for (const [what, files, message] of errors) {
    it(`refuses ${what}`, () => {
      assertRefused(files, message)
    })
  }
})

describe('loadPipeline: the root of the file', () => {
  const errors: readonly (readonly [file: string, message: RegExp])[] = [
    ['jobs: []', /^a\.yml:1:7: At least one job is needed$/],
    ['stages: []', /^a\.yml:1:9: At least one stage is needed$/],
    ['steps: []\njobs: []', /^a\.yml:2:1: 'jobs' is not allowed beside 'steps'/],
    ['steps: []\nlockBehavior: wait', /^a\.yml:2:15: 'lockBehavior' must be one of sequential, runLatest/],
    ['steps: []\ncontainer: x', /^a\.yml:2:1: 'container' is not supported/],
    ['steps: []\nstrategy: {}', /'strategy' is not supported/],
    ['stepz: []', /^a\.yml:1:1: Unexpected value 'stepz'/],
    ['trigger: none', /^a\.yml:1:1: The pipeline needs 'stages', 'jobs', 'steps' or 'extends'/],
    ['- script: a', /^a\.yml:1:1: A mapping was expected/],
    ['steps: []\nvariables:\n- group: g', /^a\.yml:3:3: 'group' in variables is not supported/],
    ['steps: []\nvariables:\n- template: g', /'template' in variables is not supported/],
    ['steps: []\nvariables:\n- name: g', /A variable needs 'name' and 'value'/],
    ['steps: []\nvariables:\n- { name: a, value: b, secret: true }', /Unexpected value 'secret'/],
  ]
  for (const [file, message] of errors) {
    it(`refuses ${JSON.stringify(file)}`, () => {
      assertRefused(file, message)
    })
  }
})
