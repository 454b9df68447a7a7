import assert from 'node:assert/strict'
import { reportBuild } from '../../src/build/report-build.ts'
import { capturedLog } from '../support/captured-log.ts'

describe('reportBuild', () => {
  it('tells steps with their time, what they print, and warnings with their line', () => {
    const log = capturedLog()
    const report = reportBuild(log)

    report({ kind: 'output', line: 'Get:1 packages' })
    report({ kind: 'step', name: 'RUN apt-get update', seconds: 12.34, cached: false })
    report({ kind: 'step', name: 'COPY a b', seconds: 0, cached: true })
    report({ kind: 'warning', message: 'FromAsCasing', line: 3 })
    report({ kind: 'warning', message: 'no line' })

    assert.deepEqual(log.lines, ['    Get:1 packages', '  12.3 s  RUN apt-get update', '  cached  COPY a b'])
    assert.deepEqual(log.warnings, ['FromAsCasing (line 3 of the Dockerfile)', 'no line'])
  })
})
