import assert from 'node:assert/strict'
import { printed, resultsByJob, run } from '../running.ts'

const publish = `- job: Make
  steps:
  - { bash: mkdir out && echo built > out/image.txt }
  - { publish: out, artifact: image }`

// https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs
describe('runDeployment', () => {
  it('checks nothing out, and downloads all artifacts', async () => {
    const result = await run(`
jobs:
${publish}
- deployment: Deploy
  dependsOn: Make
  environment: production
  strategy:
    runOnce:
      deploy:
        steps:
        - bash: ls; cat $(Pipeline.Workspace)/image/image.txt; echo "$(Environment.Name) $(Strategy.Name)"
`)

    assert.equal(result.result, 'Succeeded')
    assert.deepEqual(printed(result).Deploy, ['built', 'production runOnce'])
  })

  const rows: readonly (readonly [steps: string, found: string])[] = [
    ['{ checkout: self }, { download: none }', 'a.txt,azure-pipelines.yml'],
    ['{ download: current, artifact: other }', 'other'],
    ['{ task: DownloadPipelineArtifact@2, inputs: { artifact: image } }', 'image.txt'],
  ]
  for (const [steps, found] of rows) {
    it(`only does what it is told by ${steps}`, async () => {
      const result = await run(`
jobs:
${publish}
  - { publish: a.txt, artifact: other }
- deployment: Deploy
  dependsOn: Make
  environment: { name: production }
  strategy:
    runOnce:
      deploy:
        steps: [${steps}, bash: 'cd $(Pipeline.Workspace); ls . s | grep -v -e : -e "^$" -e "^[abs]$" -e TestResults | paste -sd,']
`)

      assert.deepEqual(printed(result).Deploy, [found])
    })
  }

  it('gives outputs of deploy below the name of the job, and those of other hooks below theirs', async () => {
    const set = (value: string) =>
      `steps: [{ bash: "echo '##vso[task.setvariable variable=v;isOutput=true]${value}'", name: set }]`
    const result = await run(`
stages:
- stage: S
  jobs:
  - deployment: Deploy
    environment: e
    strategy: { runOnce: { preDeploy: { ${set('pre')} }, deploy: { ${set('main')} } } }
  - job: After
    dependsOn: Deploy
    variables:
      a: $[ dependencies.Deploy.outputs['Deploy.set.v'] ]
      b: $[ dependencies.Deploy.outputs['preDeploy.set.v'] ]
    steps: [bash: echo "$(a) $(b)"]
- stage: T
  condition: eq(dependencies.S.outputs['Deploy.Deploy.set.v'], 'main')
  jobs:
  - job: Later
    variables: { a: "$[ stageDependencies.S.Deploy.outputs['Deploy.set.v'] ]" }
    steps: [bash: echo "$(a)"]
`)

    assert.deepEqual(printed(result), { Deploy: [], After: ['main pre'], Later: ['main'] })
  })

  const hooks = (deploy: string) => `
jobs:
- deployment: D
  environment: e
  strategy:
    runOnce:
      postRouteTraffic: { steps: [bash: echo post] }
      routeTraffic: { steps: [bash: echo route] }
      preDeploy: { steps: [bash: echo pre] }
      deploy: { pool: other, steps: [bash: '${deploy}'] }
      on: { success: { steps: [bash: echo success] }, failure: { steps: [bash: echo failure] } }
`

  it('runs the hooks in the order of the service', async () => {
    const result = await run(hooks('echo deploy'))

    assert.deepEqual(printed(result).D, ['pre', 'deploy', 'route', 'post', 'success'])
  })

  it('gives a hook the environment of its own pool', async () => {
    const environment = { PATH: process.env.PATH ?? '', ENGINE: 'default' }
    const result = await run(hooks('echo "$ENGINE"'), { environment, pools: { other: { ENGINE: 'other' } } })

    assert.equal(printed(result).D?.[1], 'other')
  })

  it('runs on: failure after the first hook that fails, and stays failed', async () => {
    const result = await run(hooks('echo deploy; exit 1'))

    assert.deepEqual(printed(result).D, ['pre', 'deploy', "##[error]Bash exited with code '1'.", 'failure'])
    assert.deepEqual(resultsByJob(result), { D: 'Failed' })
  })
})
