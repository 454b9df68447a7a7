import assert from 'node:assert/strict'
import type { RunIdentity } from '../../../../sandbox/agent/job/predefined-variables.ts'
import { templateVariables } from '../../../../sandbox/agent/job/predefined-variables.ts'

const run: RunIdentity = {
  runId: 7,
  attempt: 1,
  buildNumber: '20260801.7',
  definition: 'aspnet',
  sources: '/repos/app',
  branch: 'refs/heads/features/x',
  pullRequest: undefined,
}

// https://learn.microsoft.com/azure/devops/pipelines/build/variables
describe('templateVariables', () => {
  it('names the branch, and its last part', () => {
    const variables = templateVariables(run)

    assert.equal(variables['Build.Reason'], 'Manual')
    assert.equal(variables['Build.SourceBranch'], 'refs/heads/features/x')
    assert.equal(variables['Build.SourceBranchName'], 'x')
    assert.equal(variables['System.PullRequest.PullRequestId'], undefined)
  })

  it('builds the merge of a pull request', () => {
    const variables = templateVariables({ ...run, pullRequest: 12 })
    const values = Object.entries(variables).filter(([name]) => /PullRequest|Reason|SourceBranch/.test(name))

    assert.deepEqual(Object.fromEntries(values), {
      'Build.Reason': 'PullRequest',
      'Build.SourceBranch': 'refs/pull/12/merge',
      'Build.SourceBranchName': 'merge',
      'System.PullRequest.PullRequestId': '12',
      'System.PullRequest.IsFork': 'False',
      'System.PullRequest.SourceBranch': 'refs/heads/features/x',
      'System.PullRequest.SourceCommitId': '0'.repeat(40),
      'System.PullRequest.SourceRepositoryURI': 'https://azure-devops.invalid/local/_git/app',
      'System.PullRequest.TargetBranch': 'refs/heads/main',
      'System.PullRequest.TargetBranchName': 'main',
    })
  })
})
