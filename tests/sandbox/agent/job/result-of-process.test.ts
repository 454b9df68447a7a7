import assert from 'node:assert/strict'
import { Masker } from '../../../../sandbox/agent/job/masking.ts'
import { resultOfProcess } from '../../../../sandbox/agent/job/result-of-process.ts'
import type { ProcessEnd } from '../../../../sandbox/agent/job/run-process.ts'
import { StepLog } from '../../../../sandbox/agent/job/step-log.ts'

describe('resultOfProcess', () => {
  const rows: readonly (readonly [end: ProcessEnd, result: string, lines: readonly string[]])[] = [
    [{ kind: 'exited', code: 0 }, 'Succeeded', []],
    [{ kind: 'exited', code: 3 }, 'Failed', ['##[error]it left with 3']],
    [{ kind: 'completed' }, 'Succeeded', []],
    [{ kind: 'timed-out' }, 'Failed', ['##[error]The task has timed out.']],
    [{ kind: 'canceled' }, 'Canceled', ['##[error]The operation was canceled.']],
  ]
  for (const [end, result, lines] of rows) {
    it(`is ${result} for ${JSON.stringify(end)}`, () => {
      const log = new StepLog(new Masker(), () => undefined, false)

      assert.equal(
        resultOfProcess(end, log, (code) => `it left with ${code}`),
        result,
      )
      assert.deepEqual(log.lines, lines)
    })
  }
})
