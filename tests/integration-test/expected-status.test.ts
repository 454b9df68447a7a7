import assert from 'node:assert/strict'
import { formatExpectedStatus, isExpected, parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import { throws } from '../support/problems.ts'

describe('parseExpectedStatus', () => {
  const rows: readonly (readonly [text: string, written: string])[] = [
    ['200', '200'],
    ['200-299', '200-299'],
    ['200 - 299', '200-299'],
    ['200,204', '200, 204'],
    ['200, 204 302', '200, 204, 302'],
    [' 200-204,\n404 ', '200-204, 404'],
    ['204-204', '204'],
    ['599', '599'],
  ]
  for (const [text, written] of rows) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(formatExpectedStatus(parseExpectedStatus(text)), written)
    })
  }

  for (const text of [
    '',
    ' ',
    ',',
    '2xx',
    '20',
    '2000',
    '199',
    '600',
    '299-200',
    '200-',
    '-200',
    '200-600',
    '200;204',
    '200.0',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      throws(() => parseExpectedStatus(text), {
        name: 'InvalidValue',
        message: /Give statuses from 200 to 599, such as 200, 200-299 or 200, 204\.$/,
      })
    })
  }
})

describe('isExpected', () => {
  const expected = parseExpectedStatus('200-204, 302')
  for (const status of [200, 203, 204, 302]) {
    it(`takes ${String(status)}`, () => {
      assert.ok(isExpected(status, expected))
    })
  }
  for (const status of [199, 205, 301, 303, 500]) {
    it(`does not take ${String(status)}`, () => {
      assert.ok(!isExpected(status, expected))
    })
  }
})
