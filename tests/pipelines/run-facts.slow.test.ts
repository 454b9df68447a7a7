import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript } from '../support/task-process.ts'

const script = join(import.meta.dirname, '..', 'support', 'reading-task.ts')

async function factsOf(variables: Record<string, string>): Promise<unknown> {
  const { stdout } = await runTaskScript(script, { variables })
  const [, json = '{}'] = /^READ (.*)$/m.exec(stdout) ?? []
  return (JSON.parse(json) as { run: unknown }).run
}

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
      'Build.Repository.Uri': 'https://someone:token@dev.azure.com/org/p/_git/r',
    })

    assert.deepEqual(facts, {
      id: 'My Project/42',
      isRepeated: false,
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
})
