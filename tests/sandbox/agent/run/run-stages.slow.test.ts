import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { printed, resultsByJob, run } from '../running.ts'
import { aTask, aWorkspace } from '../workspace.ts'

describe('runStages: the order of jobs and stages', () => {
  it('runs jobs after what they depend on, and stages in the order of the file', async () => {
    const result = await run(`
stages:
- stage: Build
  jobs:
  - { job: Third, dependsOn: [First, Second], steps: [bash: echo 3] }
  - { job: First, steps: [bash: echo 1] }
  - { job: Second, dependsOn: First, steps: [bash: echo 2] }
- stage: Deploy
  jobs:
  - { job: Fourth, steps: [bash: echo 4] }
`)

    assert.deepEqual(
      result.jobs.map(({ stage, name }) => `${stage}.${name}`),
      ['Build.First', 'Build.Second', 'Build.Third', 'Deploy.Fourth'],
    )
    assert.equal(result.result, 'Succeeded')
    assert.deepEqual(result.stages, [
      { name: 'Build', result: 'Succeeded' },
      { name: 'Deploy', result: 'Succeeded' },
    ])
  })

  it('runs the jobs of a file without stages in one', async () => {
    const { jobs } = await run('jobs:\n- job: A\n  steps: [bash: echo a]\n')

    assert.deepEqual(
      jobs.map(({ stage, name }) => [stage, name]),
      [['__default', 'A']],
    )
  })
})

describe('runStages: conditions', () => {
  it('skips what depends on a failed or a skipped job, and says why', async () => {
    const workspace = aWorkspace({
      sources: {
        'azure-pipelines.yml': `
jobs:
- { job: Fails, steps: [bash: exit 1] }
- { job: After, dependsOn: Fails, steps: [bash: echo no] }
- { job: AfterAfter, dependsOn: After, steps: [bash: echo no] }
- { job: Anyway, dependsOn: Fails, condition: always(), steps: [bash: echo yes] }
- { job: Cure, dependsOn: [After, Fails], condition: failed(), steps: [bash: echo yes] }
- { job: Known, dependsOn: After, condition: "eq(dependencies.After.result, 'Skipped')", steps: [bash: echo yes] }
- { job: Alone, steps: [bash: echo yes] }
`,
      },
    })
    const result = await workspace.run()

    assert.equal(result.result, 'Failed')
    assert.deepEqual(resultsByJob(result), {
      Fails: 'Failed',
      After: 'Skipped',
      AfterAfter: 'Skipped',
      Anyway: 'Succeeded',
      Cure: 'Succeeded',
      Known: 'Succeeded',
      Alone: 'Succeeded',
    })
    assert.ok(workspace.lines.includes('##[section]Skipped: After (condition: succeeded())'))
  })

  it('skips the jobs of a skipped stage, and the stages after it', async () => {
    const result = await run(`
stages:
- { stage: A, condition: "eq(variables['Build.SourceBranch'], 'refs/heads/x')", jobs: [{ job: A, steps: [bash: exit 1] }] }
- { stage: B, jobs: [{ job: B, steps: [bash: exit 1] }] }
- { stage: C, dependsOn: [], jobs: [{ job: C, steps: [bash: echo c] }] }
- { stage: D, condition: not(failed()), jobs: [{ job: D, steps: [bash: echo d] }] }
`)

    assert.equal(result.result, 'Succeeded')
    assert.deepEqual(resultsByJob(result), { A: 'Skipped', B: 'Skipped', C: 'Succeeded', D: 'Succeeded' })
    assert.deepEqual(
      result.stages.map((stage) => stage.result),
      ['Skipped', 'Skipped', 'Succeeded', 'Succeeded'],
    )
  })

  it('sees variables of the file, the queue and the stage, but not of the job', async () => {
    const result = await run(
      `
variables: { a: file, b: file }
stages:
- stage: S
  variables: { c: stage }
  jobs:
  - job: A
    condition: eq(variables['a'], 'queue')
    variables: { a: job }
    steps: [bash: echo "$(a)"]
  - { job: B, condition: "and(eq(variables['b'], 'file'), eq(variables['c'], 'stage'))", steps: [bash: echo "$(c)"] }
`,
      { variables: { a: 'queue' } },
    )

    assert.deepEqual(printed(result), { A: ['job'], B: ['stage'] })
  })

  it('fails a job whose condition cannot be evaluated', async () => {
    const result = await run(`jobs:\n- { job: A, condition: "lt(1, 'a')", steps: [bash: echo no] }\n`)

    assert.equal(result.result, 'Failed')
    assert.match(result.jobs[0]?.issues[0]?.message ?? '', /^azure-pipelines\.yml:2:24: Unable to convert from String/)
  })

  it('ends a failed job with issues where it may go on', async () => {
    const result = await run(`
jobs:
- { job: A, continueOnError: true, steps: [bash: exit 1] }
- { job: B, dependsOn: A, steps: [bash: echo b] }
`)

    assert.equal(result.result, 'SucceededWithIssues')
    assert.deepEqual(resultsByJob(result), { A: 'SucceededWithIssues', B: 'Succeeded' })
  })

  it('runs only what is to run always once the run is canceled', async () => {
    const canceling = new AbortController()
    const file = `
jobs:
- { job: A, steps: [bash: 'trap "exit 0" INT; echo waiting; for i in $(seq 100); do sleep 0.05; done'] }
- { job: B, dependsOn: A, steps: [bash: echo no] }
- { job: C, dependsOn: A, condition: always(), steps: [bash: echo yes] }
- { job: D, dependsOn: A, condition: not(canceled()), steps: [bash: echo no] }
`
    const result = await run(file, {
      signal: canceling.signal,
      write: (line) => {
        if (line === 'waiting') canceling.abort()
      },
    })

    assert.equal(result.result, 'Canceled')
    assert.deepEqual(resultsByJob(result), { A: 'Canceled', B: 'Canceled', C: 'Succeeded', D: 'Canceled' })
  })
})

// https://learn.microsoft.com/azure/devops/pipelines/process/expressions#dependencies
describe('runStages: outputs', () => {
  it('reach later jobs and stages under the names of the service', async () => {
    const result = await run(`
stages:
- stage: A
  jobs:
  - job: Make
    steps:
    - bash: echo '##vso[task.setvariable variable=tag;isOutput=true]1.0'
      name: set
  - job: Same
    dependsOn: Make
    condition: eq(dependencies.Make.outputs['set.tag'], '1.0')
    variables:
      tag: $[ dependencies.Make.outputs['set.tag'] ]
      none: $[ dependencies.Nobody.outputs['set.tag'] ]
    steps:
    - bash: echo "$(tag) <$(none)>"
- stage: B
  condition: and(succeeded(), eq(dependencies.A.outputs['Make.set.tag'], '1.0'), eq(dependencies.A.result, 'Succeeded'))
  variables:
    fromStage: $[ stageDependencies.A.Make.outputs['set.tag'] ]
  jobs:
  - job: Other
    variables:
      tag: $[ stageDependencies.A.Make.outputs['set.tag'] ]
      same: $[ eq(variables['fromStage'], '1.0') ]
    steps:
    - bash: echo "$(tag) $(fromStage) $(same) $(System.StageName) $(System.PhaseName) $(System.JobIdentifier)"
`)

    assert.deepEqual(printed(result), {
      Make: [],
      Same: ['1.0 <>'],
      Other: ['1.0 1.0 True B Other B.Other.__default'],
    })
    assert.deepEqual(result.jobs[0]?.outputs, { 'set.tag': '1.0' })
  })

  it('stay secret in the jobs that read them', async () => {
    const result = await run(`
jobs:
- job: A
  steps:
  - bash: echo '##vso[task.setvariable variable=key;isOutput=true;isSecret=true]s3cret'
    name: set
- job: B
  dependsOn: A
  variables: { key: "$[ dependencies.A.outputs['set.key'] ]" }
  steps:
  - bash: echo "<$KEY> <$MAPPED> $(key)"
    env: { MAPPED: $(key) }
`)

    assert.deepEqual(printed(result).B, ['<> <***> ***'])
    assert.deepEqual(result.jobs[0]?.outputs, { 'set.key': '***' })
  })

  it('give later jobs the number that a step gave the build', async () => {
    const result = await run(`
jobs:
- { job: A, steps: [bash: "echo '##vso[build.updatebuildnumber]2.0'"] }
- { job: B, dependsOn: A, steps: [bash: echo $(Build.BuildNumber)] }
`)

    assert.deepEqual(printed(result).B, ['2.0'])
    assert.equal(result.buildNumber, '2.0')
  })
})

describe('runStages: one agent for each job', () => {
  it('gives it a copy of the sources and empty folders', async () => {
    const list = 'ls . $(Agent.TempDirectory) $(Build.ArtifactStagingDirectory) | grep txt'
    const workspace = aWorkspace({
      sources: {
        'a.txt': 'a',
        'azure-pipelines.yml': `
jobs:
- job: A
  steps: [bash: ${list}; rm a.txt; touch b.txt $(Agent.TempDirectory)/t.txt $(Build.ArtifactStagingDirectory)/s.txt]
- { job: B, dependsOn: A, steps: [bash: ${list}] }
- { job: C, steps: [{ checkout: none }, { bash: pwd; ls }] }
`,
      },
    })
    const result = await workspace.run()

    assert.equal(result.result, 'Succeeded')
    const agent = join(workspace.folder, 'work', 'jobs', '7-__default-C', '1', 's')
    assert.deepEqual(printed(result), { A: ['a.txt'], B: ['a.txt'], C: [agent] })
    assert.ok(existsSync(join(workspace.sources, 'a.txt')))
  })

  it('runs post-jobs at the end of their own job', async () => {
    const file = 'jobs:\n- { job: A, steps: [task: P@1] }\n- { job: B, dependsOn: A, steps: [bash: echo b] }\n'
    const tasks = {
      ...aTask('P', 'console.log("main")', { postjobexecution: { Node20_1: { target: 'post.js' } } }),
      'P/post.js': 'console.log("post")',
    }
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks })
    await workspace.run()

    const told = ['main', 'post', 'b', '##[section]Starting: A', '##[section]Finishing: A']
    assert.deepEqual(
      workspace.lines.filter((line) => told.includes(line)),
      ['##[section]Starting: A', 'main', 'post', '##[section]Finishing: A', 'b'],
    )
  })

  it('gives it the environment of its pool: its own, that of the stage, or that of the file', async () => {
    const result = await run(
      `
pool: { vmImage: ubuntu-latest }
stages:
- stage: S
  jobs:
  - { job: A, steps: [bash: echo "$ENGINE"] }
- stage: T
  pool: builders
  jobs:
  - { job: B, steps: [bash: echo "$ENGINE"] }
  - { job: C, pool: { name: publishers, demands: docker }, steps: [bash: echo "$ENGINE"] }
`,
      {
        environment: { PATH: process.env.PATH ?? '', ENGINE: 'default' },
        pools: { builders: { ENGINE: 'first' }, publishers: { ENGINE: 'second' } },
      },
    )

    assert.deepEqual(printed(result), { A: ['default'], B: ['first'], C: ['second'] })
  })
})
