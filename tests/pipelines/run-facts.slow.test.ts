import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript } from '../support/task-process.ts'

const script = join(import.meta.dirname, '..', 'support', 'reading-task.ts')

async function factsOf(variables: Record<string, string>): Promise<unknown> {
  const { stdout } = await runTaskScript(script, { variables })
  const [, json = '{}'] = /^READ (.*)$/m.exec(stdout) ?? []
  return (JSON.parse(json) as { run: unknown }).run
}

const ofBranch = (branch: string) => ({ 'Build.SourceBranch': branch })
const ofPullRequest = ofBranch('refs/pull/7/merge')

describe('runFacts', () => {
  it('tells of a build', async () => {
    const facts = await factsOf({
      'System.HostType': 'build',
      'System.TeamProject': 'My Project',
      'System.TeamFoundationCollectionUri': 'https://dev.azure.com/org/',
      'Build.BuildId': '42',
      'Build.BuildNumber': '20261123.1',
      'Build.DefinitionName': 'aspnet',
      'Build.SourceVersion': 'abc',
      'Build.SourceBranch': 'refs/heads/main',
      'Build.Reason': 'Schedule',
      'Build.Repository.Uri': 'https://someone:token@dev.azure.com/org/p/_git/r',
    })

    assert.deepEqual(facts, {
      id: 'My Project/42',
      isRepeated: false,
      isPullRequest: false,
      branch: 'refs/heads/main',
      title: 'aspnet 20261123.1',
      revision: 'abc',
      source: 'https://dev.azure.com/org/p/_git/r',
      page: 'https://dev.azure.com/org/My%20Project/_build/results?buildId=42',
    })
  })

  it('tells of a classic release without sources', async () => {
    const facts = await factsOf({
      'System.HostType': 'release',
      'System.TeamProject': 'p',
      'Release.ReleaseId': '7',
      'Release.ReleaseName': 'Release-7',
      'Release.DefinitionName': 'aspnet',
      'Release.ReleaseWebURL': 'https://dev.azure.com/org/p/_release?releaseId=7',
    })

    assert.deepEqual(facts, {
      id: 'p/release/7',
      isRepeated: false,
      isPullRequest: false,
      title: 'aspnet Release-7',
      page: 'https://dev.azure.com/org/p/_release?releaseId=7',
    })
  })

  const first = { 'System.JobAttempt': '1', 'System.StageAttempt': '1', 'Release.AttemptNumber': '1' }
  for (const [what, variables, isRepeated] of [
    ['a first attempt', first, false],
    ['a repeated job', { ...first, 'System.JobAttempt': '2' }, true],
    ['a repeated stage', { ...first, 'System.StageAttempt': '3' }, true],
    ['a repeated deployment', { ...first, 'Release.AttemptNumber': '2' }, true],
    ['an agent that does not count', {}, false],
  ] as const) {
    it(`${isRepeated ? 'tells of' : 'takes for a first attempt'} ${what}`, async () => {
      const facts = (await factsOf({ ...variables })) as { isRepeated: boolean }

      assert.equal(facts.isRepeated, isRepeated)
    })
  }

  for (const [what, variables, isPullRequest] of [
    ['the validation of a pull request', { 'Build.Reason': 'PullRequest' }, true],
    ['a run that somebody queued for a pull request', ofBranch('refs/pull/7/merge'), true],
    ['the head of a pull request', ofBranch('refs/pull/7/head'), true],
    ['a pull request of Bitbucket', ofBranch('refs/pull-requests/7/merge'), true],
    ['a pull request of Azure Repos', { 'System.PullRequest.PullRequestId': '7' }, true],
    ['a pull request of GitHub', { 'System.PullRequest.PullRequestNumber': '7' }, true],
    ['a pull request, by the branch that it is to change', { 'System.PullRequest.TargetBranch': 'main' }, true],
    ['a classic release of a pull request', { 'Release.Reason': 'PullRequest' }, true],
    ['a classic release of a build of a pull request', { 'Release.Reason': 'Manual', ...ofPullRequest }, true],
    ['a branch named like a pull request', ofBranch('refs/heads/refs/pull/7/merge'), false],
    ['a branch named pull', ofBranch('refs/heads/pull/7'), false],
    ['a scheduled run', { 'Build.Reason': 'Schedule', ...ofBranch('refs/heads/main') }, false],
    ['empty variables', { 'System.PullRequest.PullRequestId': '', 'Build.Reason': '' }, false],
    ['a classic release', { 'Release.Reason': 'ContinuousIntegration' }, false],
  ] as const) {
    it(`${isPullRequest ? 'takes for a pull request' : 'takes for no pull request'}: ${what}`, async () => {
      const facts = (await factsOf({ ...variables })) as { isPullRequest: boolean }

      assert.equal(facts.isPullRequest, isPullRequest)
    })
  }
})
