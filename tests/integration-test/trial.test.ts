import assert from 'node:assert/strict'
import { plannedCases, resultOf, type Trial } from '../../src/integration-test/trial.ts'

const started = { environment: {}, timeLimit: 60 }
const request = { method: 'GET', path: '/', headers: {}, expectedStatus: [] }
const rows: readonly (readonly [trial: Trial, cases: readonly string[], result: string])[] = [
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
  for (const [trial, cases] of rows) {
    it(`has the cases of a trial by ${trial.kind}`, () => {
      assert.deepEqual(plannedCases(trial), cases)
    })
  }

  it('says that there is no trial', () => {
    assert.deepEqual(plannedCases(undefined), ['The image builds', 'Not tried with an application'])
  })
})

describe('resultOf', () => {
  for (const [trial, , result] of rows) {
    it(`says that an application ${result}`, () => {
      assert.equal(resultOf(trial), result)
    })
  }
})
