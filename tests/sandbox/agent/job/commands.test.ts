import assert from 'node:assert/strict'
import { parseCommand } from '../../../../sandbox/agent/job/commands.ts'

function parsed(line: string): unknown {
  const command = parseCommand(line)
  if (command === undefined || command === 'malformed') return command
  return [command.name, Object.fromEntries(command.properties), command.data]
}

describe('parseCommand', () => {
  const rows: readonly (readonly [line: string, expected: unknown])[] = [
    ['plain text', undefined],
    ['##[error]text', undefined],
    ['##_vso[task.debug]x', undefined],
    ['##vso[task.debug]hello', ['task.debug', {}, 'hello']],
    ['before ##vso[task.debug]hello', ['task.debug', {}, 'hello']],
    [
      '##vso[Task.SetVariable Variable=a;isSecret=true;]v',
      ['task.setvariable', { variable: 'a', issecret: 'true' }, 'v'],
    ],
    ['##vso[task.setvariable variable=a=b]v', ['task.setvariable', { variable: 'a=b' }, 'v']],
    ['##vso[task.debug a=x%3By%5Dz]%0D%0A%AZP250A', ['task.debug', { a: 'x;y]z' }, '\r\n%0A']],
    ['##vso[task.debug a=x]y]z', ['task.debug', { a: 'x' }, 'y]z']],
    ['##vso[task.debug', 'malformed'],
    ['##vso[task]x', 'malformed'],
    ['##vso[a.b.c]x', 'malformed'],
    ['##vso task.debug x', 'malformed'],
  ]
  for (const [line, expected] of rows) {
    it(`reads ${line}`, () => {
      assert.deepEqual(parsed(line), expected)
    })
  }
})
