import assert from 'node:assert/strict'
import {
  addOutcome,
  bodyLines,
  describeStreaks,
  type Outcome,
  steadyError,
  type Streak,
} from '../../src/integration-test/answers.ts'

const status = (code: number, more: { location?: string; body?: string } = {}): Outcome => ({
  status: code,
  body: '',
  ...more,
})
const silence = (because: string): Outcome => ({ silence: because })

/** What came, one outcome a second. */
function seen(...outcomes: readonly Outcome[]): readonly Streak[] {
  return outcomes.reduce<readonly Streak[]>((streaks, outcome, index) => addOutcome(streaks, outcome, index * 1000), [])
}
const times = (count: number, outcome: Outcome) => Array<Outcome>(count).fill(outcome)

describe('describeStreaks', () => {
  const rows: readonly (readonly [what: string, streaks: readonly Streak[], text: string])[] = [
    ['nothing', seen(), 'no answer'],
    ['one answer', seen(status(404)), '404'],
    [
      'equal ones together',
      seen(...times(3, silence('no answer (ECONNRESET)')), status(503), ...times(2, status(404))),
      'no answer (ECONNRESET) 3 times, then 503, then 404 2 times',
    ],
    ['a redirect with its target', seen(status(307, { location: 'https://a/' })), '307 to https://a/'],
    [
      'redirects to two places apart',
      seen(status(302, { location: '/a' }), status(302, { location: '/b' })),
      '302 to /a, then 302 to /b',
    ],
    ['a log command as text', seen(status(302, { location: '##vso[task.complete]' })), '302 to ##_vso[task.complete]'],
    [
      'the last four alone',
      seen(...[501, 502, 503, 504, 505].map((code) => status(code))),
      '502, then 503, then 504, then 505',
    ],
  ]
  for (const [what, streaks, text] of rows) {
    it(`tells ${what}`, () => {
      assert.equal(describeStreaks(streaks), text)
    })
  }
})

describe('steadyError', () => {
  const rows: readonly (readonly [what: string, streaks: readonly Streak[], found: number | undefined])[] = [
    ['nothing', seen(), undefined],
    ['500 for 10 s', seen(...times(11, status(500))), 500],
    ['501 for 10 s', seen(...times(11, status(501))), 501],
    ['500 for 9 s', seen(...times(10, status(500))), undefined],
    [
      '500 whose bodies differ',
      seen(...times(11, status(500)).map((_, index) => status(500, { body: String(index) }))),
      500,
    ],
    ['500 with one 503 in between', seen(...times(6, status(500)), status(503), ...times(6, status(500))), undefined],
    [
      '500 with one silence in between',
      seen(...times(6, status(500)), silence('x'), ...times(6, status(500))),
      undefined,
    ],
    ['500 and 501 by turns', seen(...times(6, status(500)), ...times(6, status(501))), undefined],
    ['500 behind what warmed up', seen(...times(5, status(503)), ...times(11, status(500))), 500],
    ...[404, 502, 503, 504].map(
      (code) => [`${String(code)} for 20 s`, seen(...times(21, status(code))), undefined] as const,
    ),
    ['silence for 20 s', seen(...times(21, silence('no answer'))), undefined],
  ]
  for (const [what, streaks, found] of rows) {
    it(`finds ${String(found)} in ${what}`, () => {
      assert.equal(steadyError(streaks), found)
    })
  }
})

describe('bodyLines', () => {
  it('gives the first lines that hold something, cleaned', () => {
    const body = `<h1>Error</h1>\r\n\n##vso[task.complete]\u001b[31m\n${'x\n'.repeat(50)}`

    const lines = bodyLines({ status: 500, body })

    assert.deepEqual(lines.slice(0, 3), ['<h1>Error</h1>', '##_vso[task.complete]', 'x'])
    assert.equal(lines.length, 20)
  })
})
