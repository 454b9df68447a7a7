import assert from 'node:assert/strict'
import { aTask, aWorkspace } from '../workspace.ts'

describe('runJob: phases of a task', () => {
  const say = (word: string) => `console.log('${word}', process.env.INPUT_WHO, process.env.VSTS_TASKVARIABLE_NOTE)`
  const note = `console.log('##vso[task.settaskvariable variable=note]from ' + process.env.INPUT_WHO)`
  const tasks = {
    ...aTask('Phases', `${say('main')}; ${note}`, {
      inputs: [{ name: 'who', type: 'string' }],
      prejobexecution: { Node20_1: { target: 'pre.js' } },
      postjobexecution: { Node20_1: { target: 'post.js' } },
    }),
    'Phases/pre.js': say('pre'),
    'Phases/post.js': say('post'),
  }

  it('runs pre-jobs first and post-jobs last in reverse order, also of steps that were skipped', async () => {
    const file = `steps:
- { task: Phases@1, inputs: { who: a } }
- bash: exit 1
- { task: Phases@1, inputs: { who: b } }
- { task: Phases@1, inputs: { who: c }, enabled: false }
`
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks })
    const { result, steps } = await workspace.run()

    assert.equal(result, 'Failed')
    assert.deepEqual(
      workspace.lines.filter((line) => /^(pre|main|post) /.test(line)),
      ['pre a undefined', 'pre b undefined', 'main a undefined', 'post b undefined', 'post a from a'],
    )
    assert.deepEqual(
      steps.map(({ displayName, result }) => [displayName, result]),
      [
        ['Pre-job: Phases', 'Succeeded'],
        ['Pre-job: Phases', 'Succeeded'],
        ['Phases', 'Succeeded'],
        ['Bash', 'Failed'],
        ['Phases', 'Skipped'],
        ['Post-job: Phases', 'Succeeded'],
        ['Post-job: Phases', 'Succeeded'],
      ],
    )
  })
})

describe('runJob: cancellation', () => {
  const waiting = 'trap "echo interrupted; exit 0" INT; echo waiting; for i in $(seq 100); do sleep 0.05; done'

  it('interrupts the step, and still runs what is to run always', async () => {
    const canceling = new AbortController()
    const file = `steps:
- bash: ${JSON.stringify(waiting)}
- bash: echo no
- { bash: echo yes, condition: always() }
- { bash: echo yes, condition: canceled() }
- { bash: echo no, condition: succeededOrFailed() }
- { task: Post@1 }
`
    const tasks = { ...aTask('Post', '', { postjobexecution: { Node20_1: { target: 'index.js' } } }) }
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks })
    const { result, steps } = await workspace.run({
      signal: canceling.signal,
      write: (line) => {
        if (line === 'waiting') canceling.abort()
      },
    })

    assert.equal(result, 'Canceled')
    assert.deepEqual(
      steps.map(({ result }) => result),
      ['Canceled', 'Skipped', 'Succeeded', 'Succeeded', 'Skipped', 'Skipped', 'Succeeded'],
    )
    assert.ok(steps[0]?.lines.includes('interrupted'))
    assert.equal(steps[0]?.issues[0]?.message, 'The operation was canceled.')
  })

  it('does not try a failed step again', async () => {
    const canceling = new AbortController()
    const file = 'steps:\n- bash: exit 1\n  retryCountOnTaskFailure: 3\n'
    const { steps } = await aWorkspace({ sources: { 'azure-pipelines.yml': file } }).run({
      signal: canceling.signal,
      write: (line) => {
        if (line.includes('is tried again')) canceling.abort()
      },
    })

    assert.equal(steps[0]?.result, 'Canceled')
    assert.equal(steps[0].lines.filter((line) => line.includes('Starting Command Output')).length, 1)
  })

  it('leaves a step alone that is to run always', async () => {
    const canceling = new AbortController()
    const file = 'steps:\n- bash: |\n    echo waiting; sleep 0.1; echo finished\n  condition: always()\n'
    const { result, steps } = await aWorkspace({ sources: { 'azure-pipelines.yml': file } }).run({
      signal: canceling.signal,
      write: (line) => {
        if (line === 'waiting') canceling.abort()
      },
    })

    assert.equal(steps[0]?.result, 'Succeeded')
    assert.ok(steps[0].lines.includes('finished'))
    assert.equal(result, 'Canceled')
  })
})
