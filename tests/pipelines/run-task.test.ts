import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ensureBundles, runTaskBundle, runTaskScript } from '../support/task-process.ts'

const support = join(import.meta.dirname, '..', 'support')

describe('runTask', () => {
  before(function () {
    this.timeout(30_000)
    ensureBundles()
  })

  it('succeeds with the sentence that a task ends with', async () => {
    const run = await runTaskBundle('PlatformImageBuildTest', { inputs: { action: 'none' } })

    assert.equal(run.result, 'Succeeded')
    assert.equal(run.message, 'Nothing to build: the action is none.')
    assert.equal(run.exitCode, 0)
  })

  it('fails with the message of an error, and leaves the result to the agent', async () => {
    const run = await runTaskBundle('PlatformImageBuildTest', { inputs: { action: 'maybe' } })

    assert.equal(run.result, 'Failed')
    assert.equal(run.message, 'The input "action" is "maybe". Give one of release, retag, none.')
    assert.equal(run.exitCode, 0)
  })

  it('shows a stack only while debugging', async () => {
    const inputs = { action: 'maybe' }
    const [quiet, debugged] = await Promise.all([
      runTaskBundle('PlatformImageBuildTest', { inputs }),
      runTaskBundle('PlatformImageBuildTest', { inputs, variables: { 'System.Debug': 'true' } }),
    ])

    assert.doesNotMatch(quiet.stdout, /^\s+at |\n? {4}at /m)
    const stacks = debugged.commands.filter(({ data }) => / {4}at /.test(data))
    assert.deepEqual(
      stacks.map(({ name }) => name),
      ['task.debug'],
    )
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends a task by ${signal}, as the agent cancels a job`, async () => {
      const run = await runTaskScript(join(support, 'waiting-task.ts'), {
        onOutput: (output, kill) => {
          if (output.includes('waiting')) kill(signal)
        },
      })

      assert.equal(run.result, 'Failed')
      assert.equal(run.message, 'The job was cancelled.')
      assert.equal(run.exitCode, 1)
    })
  }

  it('has failed where the process ends before there is a result', async () => {
    const run = await runTaskScript(join(support, 'silent-task.ts'))

    assert.equal(run.result, undefined)
    assert.equal(run.exitCode, 1)
  })
})
