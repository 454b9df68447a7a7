import assert from 'node:assert/strict'
import { join } from 'node:path'
import { findTask, handlerOf, readTasks } from '../../../../sandbox/agent/job/task-definition.ts'
import { aTask, aWorkspace } from '../workspace.ts'

function tasksOf(files: Readonly<Record<string, string>>) {
  return readTasks(join(aWorkspace({ sources: {}, tasks: files }).folder, 'tasks'))
}

describe('findTask', () => {
  const version = (Minor: number, Patch: number) => ({ name: 'Check', version: { Major: 1, Minor, Patch } })
  const tasks = tasksOf({
    ...aTask('A', '', version(2, 9)),
    ...aTask('B', '', version(10, 1)),
    ...aTask('C', '', version(10, 0)),
    'not-a-task/readme.md': '',
  })
  const rows: readonly (readonly [reference: string, found: string | undefined])[] = [
    ['Check@1', '1.10.1'],
    ['check@1', '1.10.1'],
    ['publisher.extension.task.Check@1', '1.10.1'],
    ['6F1D1B7E-3b1c-4a57-9f0a-0c8f3f0a4c11@1', '1.10.1'],
    ['Check@2', undefined],
    ['Check', undefined],
    ['Other@1', undefined],
  ]
  for (const [reference, found] of rows) {
    it(`finds ${String(found)} for ${reference}`, () => {
      const task = findTask(tasks, reference)
      assert.equal(task && Object.values(task.version).join('.'), found)
    })
  }
})

describe('handlerOf', () => {
  const handlers: readonly (readonly [execution: Record<string, unknown>, target: string | undefined])[] = [
    [{ Node20_1: { target: 'a.js' }, Node24: { target: 'b.js' } }, 'b.js'],
    [{ Node16: { target: 'c.js' }, Node20_1: { target: 'a.js' } }, 'a.js'],
    [{ PowerShell3: { target: 'x.ps1' } }, undefined],
  ]
  for (const [execution, target] of handlers) {
    it(`takes ${String(target)} of ${Object.keys(execution).join(', ')}`, () => {
      const [task] = tasksOf(aTask('A', '', { execution }))
      assert.equal(task && handlerOf(task, 'execution')?.target, target)
    })
  }
})

describe('readTasks', () => {
  it('names the file that is not a task.json', () => {
    assert.throws(() => tasksOf({ 'A/task.json': '{}' }), /Cannot read .*A\/task\.json/)
  })
})
