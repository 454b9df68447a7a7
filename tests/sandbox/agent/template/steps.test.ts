import assert from 'node:assert/strict'
import type { StepDefinition } from '../../../../sandbox/agent/template/steps.ts'
import { readSteps } from '../../../../sandbox/agent/template/steps.ts'
import { asMapping, asSequence, parseYaml } from '../../../../sandbox/agent/template/yaml-tree.ts'

function read(text: string): readonly StepDefinition[] {
  return readSteps(asSequence(parseYaml(text, 'a.yml')).items.map(asMapping))
}

describe('readSteps', () => {
  it('reads everything a task step can say', () => {
    const [step] = read(`
- task: Check@1
  name: check
  displayName: Check it
  condition: always()
  continueOnError: true
  timeoutInMinutes: 5
  retryCountOnTaskFailure: 20
  env: { A: 1 }
  inputs: { x: 1.20 }
`)
    assert.equal(step?.name, 'check')
    assert.equal(step.displayName, 'Check it')
    assert.equal(step.condition.text, 'always()')
    assert.equal(step.continueOnError, true)
    assert.equal(step.timeoutInMinutes, 5)
    assert.equal(step.retryCountOnTaskFailure, 10)
    assert.deepEqual([...step.env], [['A', '1']])
    assert.ok(step.action.kind === 'task')
    assert.equal(step.action.reference, 'Check@1')
    assert.equal(step.action.inputs.get('x')?.text, '1.20')
    assert.deepEqual(step.at, { file: 'a.yml', line: 2, column: 3 })
  })

  it('reads scripts and checkouts', () => {
    const actions = read(`
- script: a
  workingDirectory: b
  failOnStderr: true
- bash: c
- checkout: self
  fetchDepth: 0
`).map(({ action }) => action)

    assert.deepEqual(actions, [
      { kind: 'script', shell: 'CmdLine', script: 'a', workingDirectory: 'b', failOnStderr: true },
      { kind: 'script', shell: 'Bash', script: 'c', workingDirectory: '', failOnStderr: false },
      { kind: 'checkout', repository: 'self', path: undefined, isWorkspaceRepository: false },
    ])
  })

  it('runs a step without condition when all before it succeeded', () => {
    const [none, empty] = read(`[{ script: a }, { script: b, condition: '' }]`)
    assert.equal(none?.condition.text, 'succeeded()')
    assert.equal(empty?.condition.text, 'succeeded()')
  })

  it('leaves out disabled steps', () => {
    assert.equal(read(`[{ script: a, enabled: False }, { script: b, enabled: true }]`).length, 1)
  })

  const errors: readonly (readonly [text: string, message: RegExp])[] = [
    ['- task: A@1\n  input: {}', /^a\.yml:2:3: Unexpected value 'input'/],
    ['- script: a\n  inputs: {}', /^a\.yml:2:3: Unexpected value 'inputs'/],
    ['- displayName: a\n  script: b', /^a\.yml:1:3: Unexpected value 'displayName'/],
    ['- constructor: a', /^a\.yml:1:3: Unexpected value 'constructor'/],
    ['- pwsh: a', /^a\.yml:1:3: The step 'pwsh' is not supported by the local agent/],
    ['- downloadBuild: a', /The step 'downloadBuild' is not supported/],
    ['- download: other', /^a\.yml:1:3: Downloading from 'other' is not supported by the local agent, only from/],
    ['- script: a\n  target: host', /^a\.yml:2:3: Unexpected value 'target'/],
    ["- checkout: ''", /A checkout needs 'self', 'none' or a repository/],
    ['- {}', /A step is empty/],
    ['- a', /A mapping was expected/],
    ['- script: a\n  name: a b', /The step name 'a b'/],
    ['- script: a\n  name: x\n- script: b\n  name: X', /^a\.yml:3:3: The step name 'X' appears more than once/],
    ['- script: a\n  continueOnError: $(x)', /^a\.yml:2:20: 'continueOnError' must be true or false/],
    ['- script: a\n  timeoutInMinutes: soon', /^a\.yml:2:21: 'timeoutInMinutes' must be a whole number/],
    ['- script: a\n  condition: eq(1', /^a\.yml:2:14: Unexpected end of expression/],
    ['- script: a\n  env: { A: [1] }', /A text was expected/],
  ]
  for (const [text, message] of errors) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => read(text), { name: 'PipelineError', message })
    })
  }
})
