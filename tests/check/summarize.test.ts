import assert from 'node:assert/strict'
import type { Decision } from '../../src/check/decision.ts'
import type { Support } from '../../src/check/judge-support.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { digestOf } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { aReleaseLine, amd64, aRecord, aRelease, aspnet, aPurpose } from '../support/builders.ts'

const bare: Decision = {
  releaseLine: aReleaseLine(),
  purpose: aPurpose(),
  verdict: { kind: 'up-to-date', rule: 'index-digest' },
  explanation: 'The base moved.',
  repositoryExists: true,
  previousBase: {},
  base: { reference: aspnet, platform: amd64, digest: digestOf('new'), version: '10.0.14' },
  notes: [],
}
const decision: Decision = {
  ...bare,
  verdict: { kind: 'rebuild', reason: 'base-moved' },
  current: aRelease({ version: '1.0.0' }),
  previousBase: { digest: digestOf('old'), version: '10.0.13' },
  next: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0' },
  record: aRecord(),
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

  const supports: readonly (readonly [support: Support, said: string])[] = [
    [{ kind: 'supported', dotnet: '10.0', lastDay: '2028-11-14', daysLeft: 714 }, '.NET 10.0: 2028-11-14'],
    [{ kind: 'ended', dotnet: '8.0', lastDay: '2026-11-10' }, '.NET 8.0: ended on 2026-11-10'],
    [{ kind: 'unknown', dotnet: '12.0' }, '.NET 12.0: unknown'],
  ]
  for (const [support, said] of supports) {
    it(`says ${said} of the end of support`, () => {
      assert.ok(summarizeDecision({ ...bare, support }).includes(`| End of support | ${said} |\n`))
    })
  }

  const verdicts: readonly (readonly [verdict: Verdict, said: string])[] = [
    [{ kind: 'rebuild', reason: 'max-age' }, 'rebuild: max-age'],
    [{ kind: 'up-to-date', rule: 'kept' }, 'up to date, by kept'],
    [
      { kind: 'retag', reason: 'unfinished-publish', rule: 'platform-digest' },
      'up to date, by platform-digest, but retag: unfinished-publish',
    ],
    [
      { kind: 'retag', reason: 'tags-behind', rule: 'index-digest' },
      'up to date, by index-digest, but retag: tags-behind',
    ],
  ]
  for (const [verdict, said] of verdicts) {
    it(`says ${said}`, () => {
      assert.ok(summarizeDecision({ ...bare, verdict }).includes(`| Verdict | ${said} |\n`))
    })
  }

  it('has the base without digest where only its date was asked for', () => {
    const summary = summarizeDecision({ ...bare, base: { reference: aspnet, platform: amd64 } })

    assert.match(summary, /\| Base now \| mcr\.microsoft\.com\/dotnet\/aspnet:10\.0 +\|/)
  })

  it('says the purpose of a run that does not release', () => {
    assert.match(
      summarizeDecision({ ...bare, purpose: aPurpose('plan') }),
      /\| Purpose \| plan: the input "purpose" says so \|/,
    )
    assert.doesNotMatch(summarizeDecision(bare), /Purpose/)
  })

  it('does not say none for what could not be looked at', () => {
    const summary = summarizeDecision({ ...bare, verdict: { kind: 'not-judged' } })

    assert.match(summary, /\| Verdict \| none: the release line could not be looked at \|/)
    assert.match(summary, /\| Current release \| unknown \|/)
    assert.match(summary, /\| Next release \| unknown \|/)
  })
})
