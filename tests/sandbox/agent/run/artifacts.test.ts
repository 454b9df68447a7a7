import assert from 'node:assert/strict'
import { printed, resultsByJob, run } from '../running.ts'
import { aWorkspace } from '../workspace.ts'

const find = '(cd $(Pipeline.Workspace) && find . -name "*.txt" -o -name "*.bin" | sort)'

// https://learn.microsoft.com/azure/devops/pipelines/artifacts/pipeline-artifacts
describe('artifacts: between the jobs of a run', () => {
  it('go where the step or the task says', async () => {
    const steps = {
      One: '{ download: current, artifact: files }',
      Some: '{ download: current, artifact: files, patterns: "**/*.bin" }',
      All: '{ download: current }',
      Task: '{ task: DownloadPipelineArtifact@2, inputs: { source: current, artifactName: files, targetPath: x } }',
      TaskAll: '{ task: DownloadPipelineArtifact@2, inputs: { itemPattern: "*.txt", path: $(Pipeline.Workspace)/y } }',
    }
    const jobs = Object.entries(steps).map(
      ([name, step]) => `- { job: ${name}, dependsOn: Make, steps: [checkout: none, ${step}, bash: '${find}'] }`,
    )
    const result = await run(`
jobs:
- job: Make
  variables: { name: one }
  steps:
  - bash: mkdir -p o/d; echo 1 > o/1.txt; echo 2 > o/d/2.bin
  - { publish: o, artifact: files, displayName: Publish it }
  - task: PublishPipelineArtifact@1
    inputs: { targetPath: $(System.DefaultWorkingDirectory)/o/1.txt, artifact: $(name), publishLocation: pipeline }
${jobs.join('\n')}
`)

    const { Make, ...downloads } = printed(result)
    assert.deepEqual(Make, [])
    assert.deepEqual(downloads, {
      One: ['./files/1.txt', './files/d/2.bin'],
      Some: ['./files/d/2.bin'],
      All: ['./files/1.txt', './files/d/2.bin', './one/1.txt'],
      Task: ['./x/1.txt', './x/d/2.bin'],
      TaskAll: ['./y/files/1.txt', './y/one/1.txt'],
    })
    assert.ok(result.steps.some(({ displayName }) => displayName === 'Publish it'))
  })

  // The agent's PublishPipelineArtifactTask makes a name of System.JobIdentifier.
  it('are called by their job where they have no name', async () => {
    const result = await run(`
stages:
- stage: S
  jobs:
  - { job: A, steps: [publish: a.txt] }
  - { job: B, dependsOn: A, steps: [checkout: none, download: current, bash: '${find}'] }
`)

    assert.deepEqual(printed(result).B, ['./S.A/a.txt'])
  })

  it('may come from artifact.upload', async () => {
    const result = await run(`
jobs:
- { job: A, steps: [bash: "echo '##vso[artifact.upload artifactname=up]'$PWD/a.txt"] }
- { job: B, dependsOn: A, steps: [checkout: none, { download: current, artifact: up }, bash: '${find}'] }
`)

    assert.deepEqual(printed(result).B, ['./up/a.txt'])
  })

  const failures: readonly (readonly [step: string, message: RegExp])[] = [
    ['{ publish: none.txt }', /^azure-pipelines\.yml:3:\d+: Path does not exist: .*none\.txt$/],
    ['{ publish: a.txt, artifact: a/b }', /Artifact name is not valid: a\/b\./],
    ['{ publish: a.txt, artifact: .. }', /Artifact name is not valid: \.\.\./],
    ['{ publish: a.txt, artifact: taken }', /^azure-pipelines\.yml:3:\d+: Artifact taken already exists for this run$/],
    [
      '{ download: current, artifact: $(System.JobName) }',
      /^azure-pipelines\.yml:3:\d+: Artifact __default was not found\. Artifacts of this run so far: taken$/,
    ],
  ]
  for (const [step, message] of failures) {
    it(`fail ${step}`, async () => {
      const result = await run(`jobs:\n- job: A\n  steps: [{ publish: a.txt, artifact: taken }, ${step}]\n`)

      assert.deepEqual(resultsByJob(result), { A: 'Failed' })
      assert.match(result.steps.at(-1)?.issues[0]?.message ?? '', message)
    })
  }

  it('are gone in the next run, and still there in the next attempt of the same', async () => {
    const workspace = aWorkspace({
      sources: { 'a.txt': 'a', 'azure-pipelines.yml': 'steps: [{ publish: a.txt, artifact: a }]' },
    })
    const first = await workspace.run()
    const again = await workspace.run()
    const nextAttempt = await workspace.run({ attempt: 2 })

    assert.deepEqual(
      [first, again, nextAttempt].map(({ result }) => result),
      ['Succeeded', 'Succeeded', 'Failed'],
    )
  })

  it('refuse before anything runs what nobody publishes, and options that are not supported', async () => {
    const rows: readonly (readonly [step: string, message: RegExp])[] = [
      ['download: current\n  artifact: x', /^azure-pipelines\.yml:2:3: There is no artifact 'x' to download/],
      [
        'task: DownloadPipelineArtifact@2\n  inputs: { source: specific }',
        /^azure-pipelines\.yml:3:21: 'buildType: spec/,
      ],
      [
        'task: DownloadPipelineArtifact@2\n  inputs: { project: p }',
        /^azure-pipelines\.yml:3:22: The input 'project' of/,
      ],
      [
        'task: PublishPipelineArtifact@1\n  inputs: { artifactType: filepath }',
        /'publishLocation: filepath' of Publish/,
      ],
    ]
    for (const [step, message] of rows)
      await assert.rejects(run(`steps:\n- ${step}\n`), { name: 'PipelineError', message })
  })
})
