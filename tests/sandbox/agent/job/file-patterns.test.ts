import assert from 'node:assert/strict'
import { matchPaths } from '../../../../sandbox/agent/job/file-patterns.ts'

const paths = ['a.txt', 'b.zip', 'x/a.txt', 'x/y/c.zip', 'x/y+z/[d].zip']

// https://learn.microsoft.com/azure/devops/pipelines/tasks/file-matching-patterns
describe('matchPaths', () => {
  const rows: readonly (readonly [patterns: string, taken: readonly string[]])[] = [
    ['**', paths],
    ['*', ['a.txt', 'b.zip']],
    ['**/*.zip', ['b.zip', 'x/y/c.zip', 'x/y+z/[d].zip']],
    ['x/*', ['x/a.txt']],
    ['x/**', ['x/a.txt', 'x/y/c.zip', 'x/y+z/[d].zip']],
    ['?.txt', ['a.txt']],
    ['x/y+z/[d].zip', ['x/y+z/[d].zip']],
    [' **/*.zip \n\n !x/y/** \n a.txt', ['a.txt', 'b.zip', 'x/y+z/[d].zip']],
    ['!a.txt', []],
    ['none', []],
  ]
  for (const [patterns, taken] of rows) {
    it(`takes ${taken.join(', ')} by ${JSON.stringify(patterns)}`, () => {
      assert.deepEqual(matchPaths(paths, patterns), taken)
    })
  }
})
