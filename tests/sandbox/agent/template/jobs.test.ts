import assert from 'node:assert/strict'
import { assertRefused, load } from './loading.ts'

const steps = 'steps: [bash: echo]'

// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job
describe('readJobs', () => {
  it('reads everything a job can say', () => {
    const { stages } = load(`
pool: ubuntu
jobs:
- job: A
  displayName: The A
  dependsOn: [B, C]
  condition: always()
  continueOnError: true
  timeoutInMinutes: 5
  cancelTimeoutInMinutes: 1
  workspace: { clean: all }
  pool: { name: mine, demands: [docker] }
  variables: { x: '$[ dependencies.B.result ]' }
  steps: [bash: echo]
- { job: B, ${steps} }
- job: C
  dependsOn: B
  ${steps}
- job:
  ${steps}
`)
    const [a, b, c, unnamed] = stages[0]?.jobs ?? []

    assert.ok(a && b && c && unnamed)
    assert.deepEqual(
      [a.displayName, a.condition.text, a.continueOnError, a.timeoutInMinutes, a.pool],
      ['The A', 'always()', true, 5, 'mine'],
    )
    assert.deepEqual(
      [a, b, c].map(({ dependsOn }) => dependsOn.map(({ name }) => name)),
      [['B', 'C'], [], ['B']],
    )
    assert.deepEqual([b.pool, b.displayName, unnamed.name], ['ubuntu', 'B', 'Job4'])
  })

  it('lets a stage depend on the one before it unless it says otherwise', () => {
    const { stages } = load(`
stages:
- { stage: A, jobs: [{ job: J, ${steps} }] }
- { stage: B, jobs: [{ job: J, ${steps} }] }
- { stage: C, dependsOn: [], lockBehavior: runLatest, trigger: manual, jobs: [{ job: J, ${steps} }] }
- { stage: D, dependsOn: A, jobs: [{ job: J, ${steps} }] }
`)
    assert.deepEqual(
      stages.map(({ dependsOn }) => dependsOn.map(({ name }) => name)),
      [[], ['A'], [], ['A']],
    )
  })

  it('sees in ${{ }} the variables of the file, the stage and the job', () => {
    const { stages } = load(`
variables: { a: file, b: file }
stages:
- stage: S
  variables: { B: stage, c: '\${{ variables.a }}+' }
  jobs:
  - job: J
    variables:
    - { name: d, value: '\${{ variables.c }}\${{ variables.b }}' }
    displayName: \${{ variables.a }} \${{ variables.b }} \${{ variables.c }} \${{ variables.d }}
    ${steps}
  - { job: K, displayName: '\${{ variables.d }}.', ${steps} }
`)
    assert.deepEqual(
      stages[0]?.jobs.map(({ displayName }) => displayName),
      ['file stage file+ file+stage', '.'],
    )
  })

  const job = (more: string) => `jobs:\n- job: A\n  ${steps}\n  ${more}\n`
  const stage = (more: string) => `stages:\n- stage: S\n  ${more}\n  jobs: [{ job: A, ${steps} }]\n`
  const errors: readonly (readonly [file: string, message: RegExp])[] = [
    ['jobs:\n- bash: echo', /^a\.yml:2:3: Unexpected value 'bash'/],
    ['jobs:\n- job: A', /^a\.yml:2:3: A job needs 'steps'/],
    ['jobs:\n- job: a b\n  steps: []', /^a\.yml:2:3: The job name 'a b' may hold letters, digits and '_' only/],
    [job('container: x'), /^a\.yml:4:3: 'container' is not supported by the local agent/],
    [job('services: {}'), /^a\.yml:4:3: 'services' is not supported/],
    [job('environment: x'), /^a\.yml:4:3: Unexpected value 'environment'/],
    [job('pool: server'), /^a\.yml:4:9: 'pool: server' is not supported/],
    [job('pool: { os: linux }'), /^a\.yml:4:11: Unexpected value 'os'/],
    [job('dependsOn: B'), /^a\.yml:4:14: The job 'A' depends on the unknown job 'B'\. Known: A/],
    [job('dependsOn: { B: 1 }'), /^a\.yml:4:14: A sequence was expected/],
    [job('condition: eq(counter(), 1)'), /^a\.yml:4:14: Unrecognized function: 'counter'/],
    [job('variables: { x: "$[ steps.a ]" }'), /^a\.yml:4:16: Unrecognized named-value: 'steps'/],
    [job('dependsOn: A'), /^a\.yml:2:3: The job 'A' depends on itself: A -> A/],
    ['stages:\n- job: A', /^a\.yml:2:3: Unexpected value 'job'/],
    ['stages:\n- stage: S', /^a\.yml:2:3: The stage 'S' needs 'jobs'/],
    ['stages:\n- stage: S\n  jobs: []', /^a\.yml:3:9: At least one job is needed/],
    [stage('dependsOn: T'), /^a\.yml:3:14: The stage 'S' depends on the unknown stage 'T'/],
    [stage('variables: { x: "$[ dependencies.A.result ]" }'), /^a\.yml:3:16: Unrecognized named-value: 'dependencies'/],
    [stage('lockBehavior: never'), /^a\.yml:3:17: 'lockBehavior' must be one of sequential, runLatest/],
    ['variables: { x: "$[ dependencies.A.result ]" }\nsteps: []', /^a\.yml:1:14: Unrecognized named-value/],
  ]
  for (const [file, message] of errors) {
    it(`refuses ${JSON.stringify(file)}`, () => {
      assertRefused(file, message)
    })
  }
})

// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job-strategy
describe('readCopies', () => {
  function copiesOf(strategy: string) {
    const work = load(`jobs:\n- job: A\n  strategy: ${strategy}\n  ${steps}\n`).stages[0]?.jobs[0]?.work
    return work?.kind === 'steps' ? work.copies : undefined
  }

  it('reads a matrix, one of the run, and slices', () => {
    assert.deepEqual(copiesOf('{ matrix: { a: { x: 1.20, y: "" }, b: { x: yes } }, maxParallel: 2 }'), {
      kind: 'matrix',
      legs: [
        {
          name: 'a',
          variables: new Map([
            ['x', '1.20'],
            ['y', ''],
          ]),
        },
        { name: 'b', variables: new Map([['x', 'yes']]) },
      ],
    })
    assert.equal(copiesOf(`{ matrix: "$[ dependencies.B.outputs['c.d'] ]", maxParallel: 0 }`)?.kind, 'runtime-matrix')
    assert.deepEqual(copiesOf('{ parallel: 3 }'), { kind: 'slices', count: 3 })
  })

  it('counts the jobs of a stage with their copies', () => {
    assertRefused(
      `jobs:\n- { job: A, strategy: { parallel: 200 }, steps: [] }\n- { job: B, strategy: { parallel: 57 }, steps: [] }\n`,
      /^a\.yml:2:1: A stage may have 256 jobs with their copies, not 257$/,
    )
  })

  const errors: readonly (readonly [strategy: string, message: RegExp])[] = [
    ['{}', /^a\.yml:3:13: A strategy needs 'matrix' or 'parallel'/],
    ['{ matrix: {} }', /^a\.yml:3:23: The matrix has no legs/],
    ['{ matrix: text }', /^a\.yml:3:23: A matrix is a mapping of legs, or one whole '\$\[ expression \]'/],
    ['{ matrix: $(x) }', /A matrix is a mapping of legs/],
    ['{ matrix: "$[ steps.x ]" }', /^a\.yml:3:23: Unrecognized named-value: 'steps'/],
    ['{ matrix: [a] }', /^a\.yml:3:23: A mapping was expected/],
    ['{ matrix: { a-b: { x: 1 } } }', /^a\.yml:3:23: The matrix leg 'a-b' must start with a letter/],
    ['{ matrix: { a: { x: {} } } }', /A text was expected/],
    ['{ matrix: { a: { x: 1 } }, maxParallel: all }', /^a\.yml:3:53: 'maxParallel' must be a whole number/],
    ['{ parallel: 0 }', /^a\.yml:3:25: 'parallel' must be between 1 and 256/],
    ['{ parallel: 2, matrix: { a: { x: 1 } } }', /^a\.yml:3:15: A job has either 'matrix' or 'parallel'/],
    ['{ runOnce: {} }', /^a\.yml:3:15: Unexpected value 'runOnce'/],
  ]
  for (const [strategy, message] of errors) {
    it(`refuses ${strategy}`, () => {
      assert.throws(() => copiesOf(strategy), { name: 'PipelineError', message })
    })
  }
})

// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-deployment
describe('readHooks', () => {
  const deployment = (more: string) => `jobs:\n- deployment: D\n  ${more}\n`
  const deploy = 'strategy: { runOnce: { deploy: { steps: [] } } }'
  const errors: readonly (readonly [file: string, message: RegExp])[] = [
    [deployment(deploy), /^a\.yml:2:3: A deployment needs an 'environment'/],
    [deployment(`environment: e`), /^a\.yml:2:3: A deployment needs a 'strategy' with 'runOnce'/],
    [deployment(`environment: e\n  strategy: { canary: {} }`), /^a\.yml:4:15: The strategy 'canary' is not supported/],
    [deployment(`environment: e\n  strategy: { rolling: {} }`), /The strategy 'rolling' is not supported/],
    [deployment(`environment: e\n  strategy: { runOnce: {} }`), /^a\.yml:4:24: 'runOnce' needs 'deploy'/],
    [deployment(`environment: e\n  strategy: { runOnce: { deploy: {} } }`), /^a\.yml:4:26: 'deploy' needs 'steps'/],
    [deployment(`environment: e\n  strategy: { runOnce: { deploi: {} } }`), /Unexpected value 'deploi'/],
    [deployment(`environment: { resourceName: r }\n  ${deploy}`), /^a\.yml:3:18: Unexpected value 'resourceName'/],
    [deployment(`environment: {}\n  ${deploy}`), /An environment needs a 'name'/],
    [deployment(`environment: e\n  ${deploy}\n  ${steps}`), /^a\.yml:5:3: Unexpected value 'steps'/],
  ]
  for (const [file, message] of errors) {
    it(`refuses ${JSON.stringify(file)}`, () => {
      assertRefused(file, message)
    })
  }
})
