import assert from 'node:assert/strict'
import { findEmptyReferences } from '../../../../sandbox/agent/graph/references.ts'
import { formatPosition } from '../../../../sandbox/agent/position.ts'
import { load } from '../template/loading.ts'

function problems(text: string): readonly string[] {
  return findEmptyReferences(load(text).stages).map(({ at, problem }) => `${formatPosition(at)}: ${problem}`)
}

describe('findEmptyReferences', () => {
  it('finds names that are not in dependsOn, in conditions, variables and matrices', () => {
    const found = problems(`
stages:
- stage: A
  jobs:
  - { job: A1, steps: [] }
  - job: A2
    condition: and(succeeded('A1'), eq(dependencies.A1.result, 'Failed'))
    variables: { x: "$[ dependencies['A1'].outputs['s.v'] ]" }
    strategy: { matrix: "$[ dependencies.Nobody.outputs['s.m'] ]" }
    steps: []
- stage: B
  dependsOn: []
  condition: eq(dependencies.A.result, 'Failed')
  jobs: [{ job: B1, variables: { y: "$[ stageDependencies.A.A1.outputs['s.v'] ]" }, steps: [] }]
`)

    assert.deepEqual(found, [
      "a.yml:7:16: succeeded('A1') is always empty here: 'A1' is not in 'dependsOn'",
      "a.yml:7:16: dependencies.A1 is always empty here: 'A1' is not in 'dependsOn'",
      "a.yml:8:18: dependencies.A1 is always empty here: 'A1' is not in 'dependsOn'",
      "a.yml:9:25: dependencies.Nobody is always empty here: 'Nobody' is not in 'dependsOn'",
      "a.yml:13:14: dependencies.A is always empty here: 'A' is not in 'dependsOn'",
      "a.yml:14:34: stagedependencies.A is always empty here: 'A' is not in 'dependsOn'",
    ])
  })

  it('finds nothing where everything is there', () => {
    const found = problems(`
stages:
- stage: A
  jobs:
  - { job: A1, steps: [] }
  - { job: A2, dependsOn: a1, steps: [] }
  - { job: A3, dependsOn: A2, condition: "and(failed('A1'), eq(dependencies.a2.result, 'Failed'))", steps: [] }
- stage: B
  condition: eq(dependencies.A.result, dependencies[variables.x].result)
  jobs: [{ job: B1, condition: "eq(stageDependencies.A.A1.outputs['s.v'], '')", steps: [] }]
`)

    assert.deepEqual(found, [])
  })
})
