import assert from 'node:assert/strict'
import { type SinonFakeTimers, useFakeTimers } from 'sinon'
import { reportPull } from '../../src/build-image/report-pull.ts'
import { capturedLog } from '../support/captured-log.ts'

describe('reportPull', () => {
  let clock: SinonFakeTimers
  beforeEach(() => {
    clock = useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  it('tells every five seconds how far it is, however often it hears', () => {
    const log = capturedLog()
    const report = reportPull(log)

    for (let tenths = 0; tenths < 120; tenths++) {
      clock.tick(100)
      report({ current: tenths * 1e6, total: 3e8 })
    }

    assert.deepEqual(log.lines, ['    pulled 49.0 MB of 300 MB', '    pulled 99.0 MB of 300 MB'])
  })

  it('is quiet where a pull is quick', () => {
    const log = capturedLog()

    reportPull(log)({ current: 1, total: 1 })

    assert.deepEqual(log.lines, [])
  })
})
