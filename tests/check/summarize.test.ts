import assert from 'node:assert/strict'
import type { Decision } from '../../src/check/decision.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { digestOf } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import { aLine, aRecord, aRelease, aspnet } from '../support/builders.ts'

const bare: Decision = {
  line: aLine(),
  verdict: { kind: 'up-to-date', rule: 'index-digest' },
  explanation: 'The base moved.',
  repositoryExists: true,
  previousBase: {},
  base: { reference: aspnet, digest: digestOf('new'), version: '10.0.14' },
}
const decision: Decision = {
  ...bare,
  verdict: { kind: 'rebuild', reason: 'base-moved' },
  current: aRelease({ version: '1.0.0' }),
  previousBase: { digest: digestOf('old'), version: '10.0.13' },
  next: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0', record: aRecord() },
}

describe('summarizeDecision', () => {
  it('shows a rebuild as a table with whole digests', () => {
    assert.deepEqual(summarizeDecision(decision).split('\n'), [
      '### platform/aspnet:10.0-noble',
      '',
      'The base moved.',
      '',
      '| | |',
      '|---|---|',
      '| Verdict | rebuild: base-moved |',
      `| Current release | 10.0-noble-1.0.0 \`${digestOf('10.0-noble-1.0.0')}\` |`,
      `| Built on | 10.0.13 \`${digestOf('old')}\` |`,
      `| Base now | mcr.microsoft.com/dotnet/aspnet:10.0 10.0.14 \`${digestOf('new')}\` |`,
      '| Next release | 10.0-noble-1.1.0 |',
      '',
    ])
  })

  it('says none for what there is not', () => {
    const summary = summarizeDecision(bare)

    assert.match(summary, /\| Verdict \| up to date, by index-digest \|/)
    assert.match(summary, /\| Current release \| none \|/)
    assert.match(summary, /\| Built on \|  ?\|/)
    assert.match(summary, /\| Next release \| none \|/)
  })

  it('tells of an interrupted publish', () => {
    const summary = summarizeDecision({ ...bare, verdict: { kind: 'unfinished', rule: 'platform-digest' } })

    assert.match(summary, /\| Verdict \| up to date, by platform-digest, but its publish was interrupted \|/)
  })
})
