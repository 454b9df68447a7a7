import assert from 'node:assert/strict'
import type { BuildProgress } from '../../src/dockerfile-build/builder.ts'
import { formatTransfer, reportBuild } from '../../src/dockerfile-build/report-build.ts'
import { capturedLog } from '../support/captured-log.ts'

function told(...news: readonly BuildProgress[]): readonly string[] {
  const log = capturedLog()
  news.forEach(reportBuild(log))
  return log.lines
}

const step = { kind: 'step', cached: false, moved: 0, seconds: 1 } as const

describe('reportBuild', () => {
  it('tells steps with their time, what they print above it', () => {
    const lines = told(
      { kind: 'output', step: 'RUN apt-get update', line: 'Get:1 packages' },
      { ...step, name: 'RUN apt-get update', seconds: 12.34 },
      { ...step, name: 'COPY a b', seconds: 0, cached: true },
    )

    assert.deepEqual(lines, ['    Get:1 packages', '    12.3 s  RUN apt-get update', '    cached  COPY a b'])
  })

  it("does not tell the builder's own steps, but how much context it took", () => {
    const lines = told(
      { ...step, name: '[internal] load .dockerignore' },
      { kind: 'running', step: '[internal] load metadata for a', seconds: 5 },
      { kind: 'running', step: '[internal] load build context', seconds: 5, transfer: { current: 5e7, total: 0 } },
      { ...step, name: '[internal] load build context', seconds: 9, moved: 1e8 },
      { ...step, name: '[internal] load build context', moved: 0 },
    )

    assert.deepEqual(lines, ['     5 s …  sending the context: 50.0 MB', '     9.0 s  sent 100 MB of the context'])
  })

  it('tells what is running, and how far it is', () => {
    const lines = told(
      { kind: 'running', step: 'RUN sleep 60', seconds: 10 },
      { kind: 'running', step: 'FROM a/sdk:1', seconds: 5, transfer: { current: 1e6, total: 3e8 } },
    )

    assert.deepEqual(lines, ['    10 s …  RUN sleep 60', '     5 s …  FROM a/sdk:1: 1.0 MB of 300 MB'])
  })

  it('says whose words these are where steps run side by side', () => {
    const lines = told(
      { kind: 'output', step: '[a 1/2] RUN one', line: '1' },
      { kind: 'output', step: '[b 1/2] RUN two', line: '2' },
      { kind: 'output', step: '[a 1/2] RUN one', line: '3' },
      { ...step, name: '[b 1/2] RUN two' },
      { kind: 'output', step: '[a 1/2] RUN one', line: '4' },
    )

    assert.deepEqual(lines, ['    1', '    [b 1/2] 2', '    [a 1/2] 3', '     1.0 s  [b 1/2] RUN two', '    4'])
  })

  it('tells an image once that is found and then fetched, but for the time that fetching takes', () => {
    const from = { ...step, name: '[1/2] FROM a', seconds: 0 }

    assert.deepEqual(told(from, from), ['     0.0 s  [1/2] FROM a'])
    assert.deepEqual(told(from, { ...from, seconds: 7 }), ['     0.0 s  [1/2] FROM a', '     7.0 s  [1/2] FROM a'])
  })

  it('cuts the name of a step that is a whole script', () => {
    const [line = ''] = told({ ...step, name: `RUN ${'x'.repeat(500)}` })

    assert.equal(line.length, 172)
    assert.ok(line.endsWith('x…'))
  })

  it('warns once of each advice, with its place in the Dockerfile', () => {
    const log = capturedLog()
    const report = reportBuild(log, '/image/Dockerfile')

    report({ kind: 'warning', message: 'FromAsCasing', line: 3 })
    report({ kind: 'warning', message: 'FromAsCasing', line: 3 })
    report({ kind: 'warning', message: 'FromAsCasing', line: 7 })
    report({ kind: 'warning', message: 'no line' })

    assert.deepEqual(log.warnings, ['FromAsCasing', 'FromAsCasing', 'no line'])
    assert.deepEqual(log.places, [
      { file: '/image/Dockerfile', line: 3 },
      { file: '/image/Dockerfile', line: 7 },
      { file: '/image/Dockerfile' },
    ])
  })
})

describe('formatTransfer', () => {
  it('leaves the whole away where it is not known, or reached', () => {
    assert.equal(formatTransfer({ current: 5, total: 0 }), '5 bytes')
    assert.equal(formatTransfer({ current: 5000, total: 5000 }), '5.0 kB')
    assert.equal(formatTransfer({ current: 5000, total: 10_000 }), '5.0 kB of 10.0 kB')
  })
})
