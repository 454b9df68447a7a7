import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript, type TaskRun } from '../support/task-process.ts'

describe('agentLog', () => {
  let run: TaskRun
  before(async () => {
    run = await runTaskScript(join(import.meta.dirname, '..', 'support', 'logging-task.ts'))
  })

  it('prints lines that the agent takes for text', () => {
    assert.ok(run.stdout.includes('plain ##_vso[task.complete result=Succeeded]\n'))
    assert.equal(run.result, 'Failed')
  })

  it('makes issues of warnings, with the place to look at', () => {
    const issues = run.commands.filter(({ properties }) => properties.type === 'warning')

    assert.deepEqual(
      issues.map(({ properties: { sourcepath, linenumber }, data }) => [data, sourcepath, linenumber]),
      [
        ['first line ##_vso[x] and second', undefined, undefined],
        ['look here; or [there]', '/src/Dockerfile', '3'],
      ],
    )
  })

  it('folds what belongs together, also where it fails', () => {
    const lines = run.stdout.split('\n')

    const start = lines.indexOf('##[group]Build ##_[endgroup]')
    assert.deepEqual(lines.slice(start, start + 5), [
      '##[group]Build ##_[endgroup]',
      'inside',
      '##[endgroup]',
      '##[group]Broken',
      '##[endgroup]',
    ])
    assert.match(run.message ?? '', /\(It broke\)\. .* \[unexpected\]$/)
  })
})
