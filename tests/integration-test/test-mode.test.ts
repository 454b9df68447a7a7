import assert from 'node:assert/strict'
import { plannedChecks, resultOf, type TestMode } from '../../src/integration-test/test-mode.ts'

const started = { environment: {}, timeLimit: 60 }
const request = { method: 'GET', path: '/', headers: {}, expectedStatus: [] }
const rows: readonly (readonly [trial: TestMode, cases: readonly string[], result: string])[] = [
  [{ kind: 'build' }, ['The image builds', 'The application builds on it'], 'builds'],
  [
    { kind: 'exitCode', ...started },
    ['The image builds', 'The application builds on it', 'The application starts', 'The application ends with 0'],
    'ends with exit code 0',
  ],
  [
    { kind: 'request', ...started, port: 8080, request },
    ['The image builds', 'The application builds on it', 'The application starts', 'The request answers'],
    'answers',
  ],
]

describe('plannedCases', () => {
  for (const [mode, cases] of rows) {
    it(`has the cases of a trial by ${mode.kind}`, () => {
      assert.deepEqual(plannedChecks(mode), cases)
    })
  }

  it('says that there is no trial', () => {
    assert.deepEqual(plannedChecks(undefined), ['The image builds', 'Not tried with an application'])
  })
})

describe('resultOf', () => {
  for (const [mode, , result] of rows) {
    it(`says that an application ${result}`, () => {
      assert.equal(resultOf(mode), result)
    })
  }
})
