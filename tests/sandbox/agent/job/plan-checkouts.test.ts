import assert from 'node:assert/strict'
import { planCheckouts } from '../../../../sandbox/agent/job/plan-checkouts.ts'
import { readSteps } from '../../../../sandbox/agent/template/steps.ts'
import { asMapping, asSequence, parseYaml } from '../../../../sandbox/agent/template/yaml-tree.ts'

const repositories = new Map([
  ['self', 'app'],
  ['tools', 'build-tools'],
])

function plan(steps: string) {
  return planCheckouts(readSteps(asSequence(parseYaml(steps, 'a.yml')).items.map(asMapping)), repositories)
}

// https://learn.microsoft.com/azure/devops/pipelines/repos/multi-repo-checkout#checkout-path
// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-checkout
describe('planCheckouts', () => {
  const rows: readonly (readonly [steps: string, sources: string, self: string, workingDirectory: string])[] = [
    ['[bash: echo]', 's', 's', 's'],
    ['[checkout: none]', 's', 's', 's'],
    ['[checkout: self]', 's', 's', 's'],
    ['[{ checkout: self, path: s/x/ }]', 's/x', 's/x', 's/x'],
    ['[checkout: tools]', 's', 's', 's'],
    ['[checkout: self, checkout: none, checkout: tools]', 's', 's/app', 's'],
    ['[checkout: self, { checkout: tools, workspaceRepo: true }]', 's', 's/app', 's/build-tools'],
    ['[{ checkout: self, path: mine, workspaceRepo: true }, checkout: tools]', 's', 'mine', 'mine'],
  ]
  for (const [steps, sources, self, workingDirectory] of rows) {
    it(`lays out ${steps}`, () => {
      assert.deepEqual(plan(steps), { sources, self, workingDirectory })
    })
  }

  const errors: readonly (readonly [steps: string, message: RegExp])[] = [
    ['[{ checkout: other }]', /^a\.yml:1:2: Checking out 'other' is not supported by the local agent/],
    ['[{ checkout: self, path: ../x }]', /^a\.yml:1:2: The path '\.\.\/x' of the checkout is outside of/],
    ['[{ checkout: self, path: /x }]', /is outside of Pipeline\.Workspace/],
    ['[{ checkout: self }, { checkout: self }]', /^a\.yml:1:22: Two checkouts go to the same folder 's\/app'/],
  ]
  for (const [steps, message] of errors) {
    it(`refuses ${steps}`, () => {
      assert.throws(() => plan(steps), { name: 'PipelineError', message })
    })
  }
})
