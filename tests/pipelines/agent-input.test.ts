import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runTaskScript } from '../support/task-process.ts'

const script = join(import.meta.dirname, '..', 'support', 'reading-task.ts')

describe('agentInputs', () => {
  type Row = readonly [what: string, reading: string[], value: string | undefined, expected: unknown]
  const error = (message: string) => ({ error: message })
  const rows: readonly Row[] = [
    ['a text without the blanks around it', ['text'], '  a b ', { value: 'a b' }],
    ['an empty text', ['text'], '', error('The input "INPUT" is required, but empty.')],
    ['a text of blanks', ['text'], '  ', error('The input "INPUT" is required, but empty.')],
    ['a text that is not there', ['text'], undefined, error('The input "INPUT" is required, but empty.')],
    [
      'an output of a step that is not there',
      ['text'],
      '$(check.nextTag)',
      error(
        'The input "INPUT" holds $(check.nextTag), a variable that does not exist. Is there a step named "check" before this one, in this job?',
      ),
    ],
    [
      'a variable that is not there',
      ['text'],
      'x$(Region)',
      error('The input "INPUT" holds $(Region), a variable that does not exist. Define it, or correct its name.'),
    ],
    ['a shell substitution', ['text'], '$(date +%F)', { value: '$(date +%F)' }],
    ['an optional text', ['optionalText'], 'a', { value: 'a' }],
    ['an optional text that is empty', ['optionalText'], ' ', {}],
    [
      'an optional text with a variable that is not there',
      ['optionalText'],
      '$(a.b)',
      error(
        'The input "INPUT" holds $(a.b), a variable that does not exist. Is there a step named "a" before this one, in this job?',
      ),
    ],
    ['an exact text with all its blanks', ['exactText'], ' --a\r\n', { value: ' --a\r\n' }],
    ['an exact text of blanks', ['exactText'], '\n', { value: '\n' }],
    ['an exact text that is empty', ['exactText'], '', {}],
    [
      'an exact text with a variable that is not there',
      ['exactText'],
      ' $(b)',
      error('The input "INPUT" holds $(b), a variable that does not exist. Define it, or correct its name.'),
    ],
    ['a choice in any case', ['choice', 'release', 'none'], 'None', { value: 'none' }],
    [
      'what is no choice',
      ['choice', 'release', 'none'],
      'maybe',
      error('The input "INPUT" is "maybe". Give one of release, none.'),
    ],
    [
      'a choice that is not there',
      ['choice', 'release', 'none'],
      undefined,
      error('The input "INPUT" is required, but empty.'),
    ],
    ['true as a template writes it', ['flag'], 'True', { value: true }],
    ['false', ['flag'], 'false', { value: false }],
    ['what is neither', ['flag'], 'yes', error('The input "INPUT" is "yes". Give one of true, false.')],
    ['a list with all its separators', ['list'], 'a, b\n c,,d ', { value: ['a', 'b', 'c', 'd'] }],
    ['an empty list', ['list'], '', { value: [] }],
    [
      'a list with a variable that is not there',
      ['list'],
      'a,$(b)',
      error('The input "INPUT" holds $(b), a variable that does not exist. Define it, or correct its name.'),
    ],
    [
      'a lenient list without the entry that does not exist',
      ['lenientList'],
      '10.0,$(Build.Nothing)',
      { value: { kept: ['10.0'], leftOut: ['$(Build.Nothing)'] } },
    ],
    [
      'lines without the one that does not exist',
      ['lenientLines'],
      'A: 1\r\nB: $(x.y)\n\nC: a, b',
      {
        value: {
          kept: [
            { text: 'A: 1', number: 1 },
            { text: 'C: a, b', number: 4 },
          ],
          leftOut: ['B: $(x.y)'],
        },
      },
    ],
    [
      'lines with the numbers that an editor shows',
      ['lines'],
      'A=1\r\n\n  B= x ',
      {
        value: [
          { text: 'A=1', number: 1 },
          { text: 'B= x', number: 3 },
        ],
      },
    ],
    ['no lines', ['lines'], undefined, { value: [] }],
    [
      'lines with a variable that is not there',
      ['lines'],
      'A=$(b)',
      error('The input "INPUT" holds $(b), a variable that does not exist. Define it, or correct its name.'),
    ],
    ['a file', ['file'], '/sources/a/Dockerfile', { value: '/sources/a/Dockerfile' }],
    ['an empty file, which the agent makes the root', ['file'], '/sources', {}],
    ['an empty folder, which the agent makes the root', ['folder'], '/sources', { value: '/sources' }],
  ]
  let results: unknown[]

  before(async () => {
    const { stdout } = await runTaskScript(script, {
      inputs: Object.fromEntries(
        rows.flatMap(([, , value], row) => (value === undefined ? [] : [[`i${String(row)}`, value]])),
      ),
      variables: { 'Build.SourcesDirectory': '/sources' },
      environment: {
        READINGS: JSON.stringify(rows.map(([, [method, ...more]], row) => [method, `i${String(row)}`, ...more])),
      },
    })
    const [, json = '{}'] = /^READ (.*)$/m.exec(stdout) ?? []
    results = (JSON.parse(json) as { results: unknown[] }).results
  })

  for (const [row, [what, , , expected]] of rows.entries()) {
    it(`reads ${what}`, () => {
      const named = JSON.stringify(expected).replaceAll('INPUT', `i${String(row)}`)

      assert.deepEqual(results[row], JSON.parse(named))
    })
  }
})
