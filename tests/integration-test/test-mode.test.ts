import assert from 'node:assert/strict'
import { plannedChecks, resultOf, type TestMode } from '../../src/integration-test/test-mode.ts'

const started = { environment: {}, timeLimit: 60 }
const request = { method: 'GET', path: '/', headers: {}, expectedStatus: [] }
const rows: readonly (readonly [mode: TestMode, checks: readonly string[], result: string])[] = [
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

describe('plannedChecks', () => {
  for (const [mode, checks] of rows) {
    it(`has the checks of a test by ${mode.kind}`, () => {
      assert.deepEqual(plannedChecks(mode), checks)
    })
  }

  it('says that there is no test', () => {
    assert.deepEqual(plannedChecks(undefined), ['The image builds', 'Not tested with an application'])
  })
})

describe('resultOf', () => {
  for (const [mode, , result] of rows) {
    it(`says that an application ${result}`, () => {
      assert.equal(resultOf(mode), result)
    })
  }
})
