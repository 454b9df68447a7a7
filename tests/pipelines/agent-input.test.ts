import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript, type TaskRun } from '../support/task-process.ts'

const script = join(import.meta.dirname, '..', 'support', 'reading-task.ts')

describe('agentInput', () => {
  interface Reading {
    readonly text?: string
    readonly secretText?: string
    readonly hasPath: boolean
    readonly connection?: Readonly<Record<string, string>>
  }
  let run: TaskRun
  let readings: Readonly<Record<string, Reading>>

  before(async () => {
    const inputs = {
      body: ' --a\r\n',
      empty: '',
      root: '/sources',
      file: '/sources/Dockerfile',
      aws: 'id-1',
      bare: 'id-2',
    }
    run = await runTaskScript(script, {
      inputs,
      variables: { 'Build.SourcesDirectory': '/sources', 'System.Debug': 'true' },
      environment: {
        INPUTS: [...Object.keys(inputs), 'absent'].join(' '),
        'ENDPOINT_AUTH_id-1': JSON.stringify({ scheme: 'UsernamePassword', parameters: { username: 'reader' } }),
        'ENDPOINT_AUTH_id-2': JSON.stringify({ scheme: 'None' }),
      },
    })
    const [, json = '{}'] = /^READ (.*)$/m.exec(run.stdout) ?? []
    readings = (JSON.parse(json) as { inputs: Record<string, Reading> }).inputs
  })

  it('gives a text as it is written', () => {
    assert.deepEqual([readings.body?.text, readings.body?.secretText], [' --a\r\n', ' --a\r\n'])
  })

  it('gives nothing where nothing is written', () => {
    for (const { text, secretText } of [readings.empty, readings.absent].flatMap((reading) => reading ?? [])) {
      assert.ok(!text && !secretText)
    }
  })

  it('knows the path of a file from the root that the agent makes of an empty one', () => {
    assert.deepEqual([readings.file?.hasPath, readings.root?.hasPath], [true, false])
  })

  it('gives the fields of a service connection, where there is one', () => {
    assert.deepEqual(readings.aws?.connection, { username: 'reader' })
    assert.deepEqual(readings.bare?.connection, {})
    assert.equal(readings.empty?.connection, undefined)
    assert.equal(readings.absent?.connection, undefined)
  })

  it('keeps the text of a secret out of the debug log', () => {
    const told = run.commands.filter(({ name, data }) => name === 'task.debug' && data.startsWith('file='))

    // Read as a text, as a path (twice) and as a connection; the reading as a secret shows nothing.
    assert.equal(told.length, 3)
  })
})
