import assert from 'node:assert/strict'
import { join } from 'node:path'
import { printed, run } from '../running.ts'
import { aTask, aWorkspace, temporaryFolder, writeFiles } from '../workspace.ts'

const showFolders =
  'echo "$(Build.SourcesDirectory) $(Build.Repository.LocalPath) $(System.DefaultWorkingDirectory) $PWD"'

describe('runOnAgent: the sources', () => {
  it('are used in place by a file of steps', async () => {
    const workspace = aWorkspace({
      sources: { 'azure-pipelines.yml': `steps: [checkout: self, bash: ${showFolders.replaceAll('"', '')}]` },
    })
    const result = await workspace.run()

    assert.deepEqual(printed(result).Job?.at(-1), Array(4).fill(workspace.sources).join(' '))
  })

  it('are copied to where a checkout says', async () => {
    const workspace = aWorkspace({
      sources: {
        'azure-pipelines.yml': `steps: [{ checkout: self, path: src/app }, bash: '${showFolders}; ls']`,
      },
    })
    const result = await workspace.run()

    const folder = join(workspace.folder, 'work/jobs/7-__default-Job/1/src/app')
    assert.deepEqual(printed(result).Job, [Array(4).fill(folder).join(' '), 'azure-pipelines.yml'])
  })

  // https://learn.microsoft.com/azure/devops/pipelines/repos/multi-repo-checkout
  it('lie side by side where there are several checkouts; a path is relative to the workspace repository', async () => {
    const tools = join(temporaryFolder(), 'build-tools')
    writeFiles(tools, { 'tool.txt': 't' })
    const workspace = aWorkspace({
      sources: {
        'azure-pipelines.yml': `
steps:
- checkout: self
- { checkout: tools, workspaceRepo: true }
- bash: ${showFolders}; ls ../sources/* tool.txt
- task: Show@1
- { task: Show@1, inputs: { file: tool.txt } }
`,
      },
      tasks: aTask('Show', 'console.log(process.env.INPUT_FILE)', { inputs: [{ name: 'file', type: 'filePath' }] }),
    })
    const result = await workspace.run({ repositories: { tools } })

    const s = join(workspace.folder, 'work/jobs/7-__default-Job/1/s')
    const own = join(s, 'build-tools')
    assert.deepEqual(printed(result).Job, [
      `${s} ${join(s, 'sources')} ${own} ${own}`,
      '../sources/azure-pipelines.yml',
      'tool.txt',
      own,
      join(own, 'tool.txt'),
    ])
  })
})

describe('runPipeline: one job of the graph', () => {
  const file = `
jobs:
- { job: Check, steps: [{ bash: "echo '##vso[task.setvariable variable=v;isOutput=true]1'", name: set }] }
- { job: Other, steps: [bash: exit 1] }
- { job: Build, dependsOn: Check, variables: { v: "$[ dependencies.Check.outputs['set.v'] ]" }, steps: [bash: echo "$(v)"] }
- { job: Publish, dependsOn: Build, steps: [bash: exit 1] }
`

  it('runs first what the job depends on, and nothing else', async () => {
    assert.deepEqual(printed(await run(file, { job: 'build' })), { Check: [], Build: ['1'] })
  })

  it('is an error where there is no such job', async () => {
    await assert.rejects(run(file, { job: 'Nobody' }), {
      message: /^There is no job 'Nobody'\. Jobs: __default\.Check/,
    })
  })
})

describe('runPipeline: why it runs', () => {
  it('is a pull request where one is given, also for templates', async () => {
    const file = `
steps:
- bash: echo "$(Build.Reason) $(Build.SourceBranch) $(System.PullRequest.SourceBranch) $SYSTEM_PULLREQUEST_PULLREQUESTID"
- \${{ if eq(variables['Build.Reason'], 'PullRequest') }}:
  - bash: echo "$(System.JobAttempt)"
`
    const result = await run(file, { branch: 'refs/heads/topic', pullRequest: 12, attempt: 3 })

    assert.deepEqual(printed(result).Job, ['PullRequest refs/pull/12/merge refs/heads/topic 12', '3'])
  })
})
