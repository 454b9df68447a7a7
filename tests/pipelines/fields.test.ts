import assert from 'node:assert/strict'
import {
  choice,
  connection,
  editableFlag,
  exactText,
  flag,
  folder,
  lenientLines,
  lenientList,
  lines,
  optionalFile,
  optionalFolder,
  optionalList,
  optionalText,
  requiredWhenRead,
  secret,
  text,
  textOr,
  wholeNumber,
} from '../../src/pipelines/fields.ts'
import type { ConnectionFields, Field } from '../../src/pipelines/form.ts'
import { mapInputs } from '../support/map-inputs.ts'
import { throws } from '../support/problems.ts'

const asIs = <Value>(value: Value) => value
const upper = (written: string) => written.toUpperCase()
const absent = 'The input "it" is required, but empty.'
const undefinedVariable = 'The input "it" holds $(b), a variable that does not exist. Define it, or correct its name.'

describe('fields', () => {
  type Written = string | ConnectionFields | undefined
  const read: readonly (readonly [what: string, field: Field<unknown>, written: Written, value: unknown])[] = [
    ['a text without the blanks around it', text(), '  a b ', 'a b'],
    ['a text as what it stands for', text(upper), 'a', 'A'],
    ['a shell substitution', text(), '$(date +%F)', '$(date +%F)'],
    ['an optional text', optionalText(), 'a', 'a'],
    ['an optional text as what it stands for', optionalText(upper), 'a', 'A'],
    ['an optional text that is empty', optionalText(upper), ' ', undefined],
    ['a text in place of the default', textOr('Dockerfile'), 'a', 'a'],
    ['the default in place of no text', textOr('Dockerfile'), ' ', 'Dockerfile'],
    ['an exact text with all its blanks', exactText(), ' --a\r\n', ' --a\r\n'],
    ['an exact text of blanks', exactText(), '\n', '\n'],
    ['an exact text that is empty', exactText(), '', undefined],
    ['a secret', secret(upper), ' a ', 'A'],
    ['no secret', secret(upper), '', undefined],
    ['a choice in any case', choice('release', 'none'), 'None', 'none'],
    ['true as a template writes it', flag(false), 'True', true],
    ['false', flag(true), 'false', false],
    ['a flag that can hold a variable', editableFlag(false), 'TRUE', true],
    ['the lowest number', wholeNumber({ from: 1, to: 65_535, default: 8080 }), '1', 1],
    ['the highest number', wholeNumber({ from: 1, to: 65_535, default: 8080 }), '65535', 65_535],
    ['a list with all its separators', optionalList(asIs), 'a, b\n c,,d ', ['a', 'b', 'c', 'd']],
    ['an empty list', optionalList(asIs), ' ,\n', undefined],
    ['a list that is not there', optionalList(asIs), undefined, undefined],
    [
      'lines with the numbers that an editor shows',
      lines(asIs),
      '\nA=1\r\n\n  B= x ',
      [
        { text: 'A=1', number: 2 },
        { text: 'B= x', number: 4 },
      ],
    ],
    ['no lines', lines(asIs), undefined, []],
    [
      'a lenient list without the entry that does not exist',
      lenientList(),
      '10.0,$(Build.Nothing)',
      { kept: ['10.0'], leftOut: ['$(Build.Nothing)'] },
    ],
    [
      'lines without the one that does not exist',
      lenientLines(asIs),
      'A: 1\r\nB: $(x.y)\n\nC: a, b',
      {
        kept: [
          { text: 'A: 1', number: 1 },
          { text: 'C: a, b', number: 4 },
        ],
        leftOut: ['B: $(x.y)'],
      },
    ],
    ['a file', optionalFile(), '/sources/a/Dockerfile', '/sources/a/Dockerfile'],
    ['no file', optionalFile(), undefined, undefined],
    ['a folder', folder(), '/sources', '/sources'],
    ['no folder', optionalFolder(), undefined, undefined],
    ['the fields of a connection', connection('AWS', asIs), { username: 'a' }, { username: 'a' }],
    ['no connection', connection('AWS', asIs), undefined, undefined],
    ['what must be there', requiredWhenRead(text()), 'a', 'a'],
  ]
  for (const [what, field, written, value] of read) {
    it(`read ${what}`, () => {
      assert.deepEqual(mapInputs({ it: field }, { it: written }).it(), value)
    })
  }

  const port = wholeNumber({ from: 1, to: 65_535, default: 8080 })
  const refused: readonly (readonly [what: string, field: Field<unknown>, written: Written, message: string])[] = [
    ['an empty text', text(), '', absent],
    ['a text of blanks', text(), '  ', absent],
    ['a text that is not there', requiredWhenRead(text()), undefined, absent],
    ['no folder', folder(), undefined, absent],
    ['a choice that is not there', choice('release', 'none'), undefined, absent],
    [
      'an output of a step that is not there',
      text(),
      '$(check.nextTag)',
      'The input "it" holds $(check.nextTag), a variable that does not exist. Is there a step named "check" before this one, in this job?',
    ],
    ['a variable that is not there', text(), 'x$(b)', undefinedVariable],
    ['an optional text with a variable that is not there', optionalText(), '$(b)', undefinedVariable],
    ['an exact text with a variable that is not there', exactText(), ' $(b)', undefinedVariable],
    ['a secret variable that is not there', secret(upper), '$(b)', undefinedVariable],
    ['a list with a variable that is not there', optionalList(asIs), 'a,$(b)', undefinedVariable],
    ['lines with a variable that is not there', lines(asIs), 'A=$(b)', undefinedVariable],
    ['what is no choice', choice('release', 'none'), 'maybe', 'The input "it" is "maybe". Give one of release, none.'],
    ['what is neither', editableFlag(false), 'yes', 'The input "it" is "yes". Give one of true, false.'],
    ...['0', '65536', '80.5', '8080/tcp', '-1'].map(
      (number) =>
        [number, port, number, `The input "it" is "${number}". Give a whole number from 1 to 65535.`] as const,
    ),
  ]
  for (const [what, field, written, message] of refused) {
    it(`refuse ${what}`, () => {
      throws(() => mapInputs({ it: field }, { it: written }).it(), { name: 'InvalidInput', field: 'it', message })
    })
  }
})
