import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ensureBundles, runTaskBundle, runTaskScript } from '../support/task-process.ts'

const support = join(import.meta.dirname, '..', 'support')

describe('runTask', () => {
  before(function () {
    this.timeout(30_000)
    ensureBundles()
  })

  it('fails with the message of an error, and shows its stack only while debugging', async () => {
    const inputs = { action: 'maybe' }
    const [quiet, debugged] = await Promise.all([
      runTaskBundle('PlatformImageBuildTest', { inputs }),
      runTaskBundle('PlatformImageBuildTest', { inputs, variables: { 'System.Debug': 'true' } }),
    ])

    assert.equal(quiet.result, 'Failed')
    assert.equal(
      quiet.message,
      'The input "action" is "maybe". Give one of release, retag, validate, none. [input-invalid]',
    )
    assert.equal(quiet.exitCode, 0)
    assert.doesNotMatch(quiet.stdout, /^\s+at |\n? {4}at /m)
    const stacks = debugged.commands.filter(({ data }) => / {4}at /.test(data))
    assert.deepEqual(
      stacks.map(({ name }) => name),
      ['task.debug'],
    )
  })

  it('ends a task by the signals with which the agent cancels a job', async () => {
    const cancelBy = (signal: NodeJS.Signals) =>
      runTaskScript(join(support, 'waiting-task.ts'), {
        onOutput: (output, kill) => {
          if (output.includes('waiting')) kill(signal)
        },
      })

    for (const run of await Promise.all([cancelBy('SIGINT'), cancelBy('SIGTERM')])) {
      assert.equal(run.result, 'Failed')
      assert.equal(run.message, 'The job was cancelled, or the step reached its time limit. [job-cancelled]')
      assert.equal(run.exitCode, 1)
    }
  })

  it('ends with its result, whatever is left open, and leaves out nothing of what it said', async () => {
    const run = await runTaskScript(join(support, 'leaving-task.ts'))

    assert.deepEqual([run.result, run.exitCode], ['Succeeded', 0])
    assert.equal(run.stdout.match(/^line \d+ x{80}$/gm)?.length, 20_000)
  })

  it('has failed where the process ends before there is a result', async () => {
    const run = await runTaskScript(join(support, 'silent-task.ts'))

    assert.equal(run.result, undefined)
    assert.equal(run.exitCode, 1)
  })

  it('reports without secrets, by files that are there when the agent hears of them', async () => {
    const run = await runTaskScript(join(support, 'reporting-task.ts'), {
      variables: { 'System.TaskDisplayName': 'Build: and/test' },
      environment: { VSTS_SECRET_VARIABLES: '["TOKEN"]', SECRET_TOKEN: 'geheim' },
    })

    assert.equal(run.result, 'Succeeded')
    const files = [...run.stdout.matchAll(/^FILE .*\/(.+\.(?:md|xml)) (.*)$/gm)].map(([, ...parts]) => parts)
    assert.deepEqual(files, [
      ['Build_ and_test.md', '### variable: ***, masked: ***'],
      ['TEST-platform-image.xml', '<x>variable: ***, masked: ***</x>'],
    ])
    const published = run.commands.find(({ name }) => name === 'results.publish')?.properties
    assert.deepEqual(
      [published?.type, published?.mergeResults, published?.runTitle, published?.publishRunAttachments],
      ['JUnit', 'true', 'Image a;b [c]', 'false'],
    )
    assert.match(published?.resultFiles ?? '', /\/TEST-platform-image\.xml$/)
  })
})
