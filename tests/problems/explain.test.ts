import assert from 'node:assert/strict'
import type { TaskForm } from '../../src/pipelines/form.ts'
import { problemCodes } from '../../src/problems/codes.ts'
import { explainer } from '../../src/problems/explain.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { settings, wordsOf } from '../../src/problems/words.ts'
import { buildTestTask } from '../../tasks/PlatformImageBuildTest/form.ts'
import { checkTask } from '../../tasks/PlatformImageCheck/form.ts'
import { publishTask } from '../../tasks/PlatformImagePublish/form.ts'
import { notifyTask } from '../../tasks/TeamsNotify/form.ts'
import { explainAll } from '../support/problems.ts'
import { everyProblem, type Room } from './every-problem.ts'

/** The tasks, and the rooms whose problems each can meet. */
const tasks: readonly (readonly [name: string, task: TaskForm, rooms: readonly Room[]])[] = [
  ['PlatformImageCheck', checkTask, ['step', 'check', 'dockerfile', 'context', 'registry', 'aws', 'ecr']],
  [
    'PlatformImageBuildTest',
    buildTestTask,
    ['step', 'build', 'test', 'dockerfile', 'context', 'registry', 'aws', 'ecr', 'engine'],
  ],
  ['PlatformImagePublish', publishTask, ['step', 'publish', 'aws', 'ecr', 'engine']],
  ['TeamsNotify', notifyTask, ['step', 'delivery']],
]

const allInputs = new Set(tasks.flatMap(([, { inputs }]) => Object.keys(inputs)))

describe('explainer', () => {
  for (const [name, task, rooms] of tasks) {
    describe(`of ${name}`, () => {
      const explain = explainer(task.problems, wordsOf(Object.keys(task.inputs)))
      const problems = rooms.flatMap((room) => everyProblem[room].map((error) => explain(error)))

      it('has words for all that the task can meet', () => {
        const unexpected = problems.filter(({ code }) => code === 'unexpected').map(({ reason }) => reason)

        assert.deepEqual(
          unexpected.map((reason) => reason.replace('The extension did not expect what happened', '')),
          [' (Nobody thought of this)', '', '', '', '', ''],
        )
      })

      it('names no input that the form lacks', () => {
        for (const problem of problems) {
          for (const [, input = ''] of formatProblem(problem).matchAll(/"(\w+)"/g)) {
            assert.ok(
              !allInputs.has(input) || input in task.inputs || isWritten(input, problem),
              formatProblem(problem),
            )
          }
        }
      })

      it('writes whole sentences with one full stop each, and the code at the end', () => {
        for (const problem of problems) {
          const text = formatProblem(problem)
          assert.match(text, /^["\w/].*[.?!…] \[[a-z-]+\]$/)
          assert.doesNotMatch(
            text,
            /[.?!…]\.|\.[?!:;,]|[ ]{2}| [.,](?!\w)|undefined|null|\[object|\w+Error\b(?!,)|\n/,
            text,
          )
        }
      })
    })
  }

  it('gives every code to some problem', () => {
    const given = new Set(
      Object.values(everyProblem).flatMap((errors) => errors.map((error) => explainAll(error).code)),
    )

    assert.deepEqual(
      [...problemCodes].filter((code) => !given.has(code)),
      [],
    )
  })
})

describe('settings', () => {
  it('are inputs of some form', () => {
    for (const setting of settings) assert.ok(allInputs.has(setting), setting)
  })
})

/** An input of the form itself is named in the words of its own mistake. */
function isWritten(input: string, { reason }: { readonly reason: string }): boolean {
  return reason.startsWith(`The input "${input}"`)
}
