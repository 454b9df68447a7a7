import assert from 'node:assert/strict'
import { TestFailedError, type TestFailure } from '../../src/integration-test/test-failed-error.ts'
import { explainer } from '../../src/problems/explain.ts'
import { explainTest } from '../../src/problems/explain-test.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { told } from '../support/problems.ts'

const crashed = { code: 139, outOfMemory: false }
const outOfMemory = { code: 137, outOfMemory: true }
const neverRan = { code: 126, outOfMemory: false, error: 'no such file' }
const unanswered = { asked: 'GET /health', wanted: '200', timeLimit: 60, given: 'no answer (ECONNRESET) 600 times' }
const warnings = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    text: `a.cs(1,1): warning CS${String(1000 + index)}: look`,
    times: 1,
  }))

describe('explainTest', () => {
  const rows: readonly (readonly [what: string, failure: TestFailure, text: string])[] = [
    [
      'cannot start',
      { what: 'not-started', exit: neverRan },
      'The container of the application failed (no such file).',
    ],
    [
      'ends with another code than 0',
      { what: 'ended-badly', exit: crashed },
      'The application ended with exit code 139 instead of 0.',
    ],
    [
      'runs out of memory',
      { what: 'ended-badly', exit: outOfMemory },
      'The application ended with exit code 137, out of memory, instead of 0.',
    ],
    [
      'could not start, where it was to end',
      { what: 'ended-badly', exit: neverRan },
      'The container of the application failed (no such file).',
    ],
    [
      'does not end',
      { what: 'does-not-end', timeLimit: 60 },
      'The application did not end within 60 s. If it is a service, give "request" in the input "testMode".',
    ],
    [
      'ends before it answers',
      { what: 'ended-early', exit: crashed, asked: 'GET /health' },
      'The application ended with exit code 139 before it answered GET /health.',
    ],
    [
      'runs out of memory before it answers',
      { what: 'ended-early', exit: outOfMemory, asked: 'GET /' },
      'The application ended with exit code 137, out of memory, before it answered GET /.',
    ],
    [
      'could not start, where it was to answer',
      { what: 'ended-early', exit: neverRan, asked: 'GET /' },
      'The container of the application failed (no such file) before it answered GET /.',
    ],
    [
      'gives the same error again and again',
      { what: 'steady-error', asked: 'POST /x', status: 500, seconds: 10 },
      'The application is up, but answers POST /x with 500 on every request for 10 s.',
    ],
    [
      'answers something else',
      { what: 'no-expected-answer', ...unanswered, wanted: '200-299, 404', given: '503 2 times, then 302 to /login' },
      'The application did not answer GET /health with 200-299, 404 within 60 s; at last it gave 503 2 times, then 302 to /login.',
    ],
    [
      'gives a warning in its build',
      { what: 'build-warnings', warnings: warnings(1) },
      'The build of the test application gives a warning: a.cs(1,1): warning CS1000: look. Correct it, or clear the input "failOnTestBuildWarnings".',
    ],
    [
      'gives two warnings in its build',
      { what: 'build-warnings', warnings: warnings(2) },
      'The build of the test application gives 2 warnings: a.cs(1,1): warning CS1000: look; a.cs(1,1): warning CS1001: look. Correct them, or clear the input "failOnTestBuildWarnings".',
    ],
  ]
  for (const [what, failure, text] of rows) {
    it(`says that an application ${what}`, () => {
      assert.equal(told(new TestFailedError(failure)), text)
    })
  }

  it('names nine of many warnings, and counts the others', () => {
    const text = told(new TestFailedError({ what: 'build-warnings', warnings: warnings(12) }))

    assert.match(text, /gives 12 warnings: .*CS1008: look; and 3 more\. Correct them/)
    assert.doesNotMatch(text, /CS1009/)
  })

  describe('of an application that never answers', () => {
    const question = 'Does the application listen on port 8080, and on all addresses (0.0.0.0)?'
    const declarations: readonly (readonly [declared: readonly string[], advice: string])[] = [
      [[], question],
      [['8080/tcp'], question],
      [['80/tcp', '8080/tcp'], question],
      [['80/tcp', '443/tcp'], `${question} Its image declares 80/tcp, 443/tcp. Check the input "containerPort".`],
      [['8080/udp'], `${question} Its image declares 8080/udp. Check the input "containerPort".`],
    ]
    for (const [declared, advice] of declarations) {
      it(`asks for what is wrong where the image declares ${declared.join(' and ') || 'no port'}`, () => {
        const failure: TestFailure = { what: 'no-expected-answer', ...unanswered, silent: { port: 8080, declared } }

        const text = told(new TestFailedError(failure))

        assert.equal(
          text,
          `The application did not answer GET /health with 200 within 60 s; at last it gave no answer (ECONNRESET) 600 times. ${advice}`,
        )
      })
    }
  })

  it('names no input that the form lacks', () => {
    const failures: readonly TestFailure[] = [
      { what: 'does-not-end', timeLimit: 60 },
      { what: 'no-expected-answer', ...unanswered, silent: { port: 8080, declared: ['80/tcp'] } },
      { what: 'build-warnings', warnings: warnings(1) },
    ]
    for (const failure of failures) {
      const problem = explainTest(new TestFailedError(failure), {}, explainer([], {}))

      assert.ok(problem)
      assert.doesNotMatch(formatProblem(problem), /input/)
    }
  })

  it('has no words for any other error', () => {
    assert.equal(explainTest(new Error('x'), {}, explainer([], {})), undefined)
  })
})
