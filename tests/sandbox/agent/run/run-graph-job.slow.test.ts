import assert from 'node:assert/strict'
import { printed, resultsByJob, run } from '../running.ts'

// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job-strategy
describe('runGraphJob: a matrix', () => {
  it('runs a copy for each leg, with its variables', async () => {
    const result = await run(`
jobs:
- job: Build
  displayName: The build
  variables: { image: job }
  strategy:
    maxParallel: 1
    matrix:
      runtime: { image: '10.0', extra: a }
      sdk: { image: '11.0' }
  steps:
  - bash: echo "$(image) $(System.JobName) $(System.PhaseName) $(Agent.JobName) $(System.JobPositionInPhase)/$(System.TotalJobsInPhase)"
`)

    assert.deepEqual(printed(result), {
      'The build runtime': ['10.0 runtime Build The build runtime 1/2'],
      'The build sdk': ['11.0 sdk Build The build sdk 2/2'],
    })
    assert.deepEqual(
      result.jobs.map(({ name, leg }) => [name, leg]),
      [
        ['Build', 'runtime'],
        ['Build', 'sdk'],
      ],
    )
  })

  it('gives its outputs below the names of the legs, and the worst of their results', async () => {
    const result = await run(`
jobs:
- job: A
  strategy: { matrix: { one: { n: 1 }, two: { n: 2 }, three: { n: 3 } } }
  steps:
  - bash: echo "##vso[task.setvariable variable=v;isOutput=true]$(n)"
    name: set
  - bash: '[ $(n) != 2 ]'
- job: B
  dependsOn: A
  condition: eq(dependencies.A.result, 'Failed')
  variables: { a: "$[ dependencies.A.outputs['one.set.v'] ]", b: "$[ dependencies.A.outputs['three.set.v'] ]" }
  steps: [bash: echo "$(a) $(b)"]
`)

    assert.deepEqual(printed(result).B, ['1 3'])
    assert.deepEqual(resultsByJob(result), {
      'A one': 'Succeeded',
      'A two': 'Failed',
      'A three': 'Succeeded',
      B: 'Succeeded',
    })
  })

  it('runs slices that know how many they are', async () => {
    const echo = 'echo $(System.JobPositionInPhase) of $(System.TotalJobsInPhase)'
    const result = await run(`jobs:\n- { job: A, strategy: { parallel: 2 }, steps: [bash: ${echo}] }\n`)

    assert.deepEqual(printed(result), { 'A Job1': ['1 of 2'], 'A Job2': ['2 of 2'] })
  })
})

describe('runGraphJob: a matrix that another job gives', () => {
  const fleet = (matrix: string, count: number) => `
jobs:
- job: check
  steps:
  - bash: |
      echo '##vso[task.setvariable variable=wave1;isOutput=true]${matrix}'
      echo '##vso[task.setvariable variable=wave1Count;isOutput=true]${String(count)}'
    name: check
- job: wave1
  dependsOn: check
  condition: and(not(canceled()), gt(dependencies.check.outputs['check.wave1Count'], 0))
  strategy:
    matrix: $[ dependencies.check.outputs['check.wave1'] ]
    maxParallel: 10
  steps: [bash: "echo '<$(fleetImage)>'"]
- job: report
  dependsOn: [check, wave1]
  condition: always()
  variables: { result: "$[ dependencies.wave1.result ]" }
  steps: [bash: echo "$(result)"]
`

  it('runs its legs', async () => {
    const matrix = { i_aspnet: { fleetImage: 'platform/aspnet:10.0' }, i_sdk: { fleetImage: 'platform/sdk:10.0' } }
    const result = await run(fleet(JSON.stringify(matrix), 2))

    assert.deepEqual(printed(result), {
      check: [],
      'wave1 i_aspnet': ['<platform/aspnet:10.0>'],
      'wave1 i_sdk': ['<platform/sdk:10.0>'],
      report: ['Succeeded'],
    })
  })

  it('is not looked at where the condition does not hold', async () => {
    const result = await run(fleet('no matrix', 0))

    assert.deepEqual(resultsByJob(result), { check: 'Succeeded', wave1: 'Skipped', report: 'Succeeded' })
    assert.deepEqual(printed(result).report, ['Skipped'])
  })

  it('fails the job where it is none, and the run goes on', async () => {
    const result = await run(fleet('[1]', 1))

    assert.equal(result.result, 'Failed')
    assert.deepEqual(printed(result).report, ['Failed'])
    const [issue] = result.jobs.find(({ name }) => name === 'wave1')?.issues ?? []
    assert.equal(issue?.message, 'azure-pipelines.yml:13:13: The matrix must be a JSON object of legs, but it is: [1]')
  })

  // One user's report of the service: an empty matrix is one job without variables.
  it('is one job without variables where it is empty', async () => {
    assert.deepEqual(printed(await run(fleet('{}', 1))).wave1, ['<$(fleetImage)>'])
  })

  it('may not have more legs than the stage has room', async () => {
    const legs = Object.fromEntries(Array.from({ length: 255 }, (_, index) => [`l${String(index)}`, { x: '1' }]))
    const result = await run(fleet(JSON.stringify(legs), 255))

    assert.match(
      result.jobs.find(({ name }) => name === 'wave1')?.issues[0]?.message ?? '',
      /The matrix has 255 legs; with the 2 other jobs of the stage that is more than the 256 that a stage may have$/,
    )
  })
})

describe('runGraphJob: a job that cannot start', () => {
  it('fails by itself, and says where', async () => {
    const result = await run(`
jobs:
- { job: A, variables: { x: "$[ lt(1, 'a') ]" }, steps: [bash: echo no] }
- { job: B, dependsOn: A, condition: failed(), steps: [bash: echo yes] }
`)

    assert.deepEqual(resultsByJob(result), { A: 'Failed', B: 'Succeeded' })
    assert.match(result.jobs[0]?.issues[0]?.message ?? '', /^azure-pipelines\.yml:3:26: Unable to convert/)
  })

  it('warns of what it reads although it does not depend on it', async () => {
    const lines: string[] = []
    await run(
      `
jobs:
- { job: A, steps: [bash: echo a] }
- { job: B, variables: { x: "$[ dependencies.A.result ]" }, steps: [bash: echo b] }
`,
      { write: (line) => lines.push(line) },
    )

    assert.equal(
      lines[0],
      "##[warning]azure-pipelines.yml:4:26: dependencies.A is always empty here: 'A' is not in 'dependsOn'",
    )
  })
})
