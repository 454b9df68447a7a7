import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript } from '../support/task-process.ts'

const script = join(import.meta.dirname, '..', 'support', 'reading-task.ts')

async function factsOf(variables: Record<string, string>): Promise<unknown> {
  const { stdout } = await runTaskScript(script, { variables })
  const [, json = '{}'] = /^READ (.*)$/m.exec(stdout) ?? []
  return (JSON.parse(json) as { jobContainer: unknown }).jobContainer
}

describe('jobContainerFacts', () => {
  it('tells of the container of a container job', async () => {
    const facts = await factsOf({ 'Agent.ContainerId': 'abc', 'Agent.ContainerNetwork': 'vsts_network_1' })

    assert.deepEqual(facts, { id: 'abc', network: 'vsts_network_1' })
  })

  it('is empty outside of container jobs', async () => {
    assert.deepEqual(await factsOf({ 'Agent.ContainerId': '' }), {})
  })
})
