import assert from 'node:assert/strict'
import type { Decision } from '../../../src/check/decision.ts'
import { serializeDecision } from '../../../src/check/serialize-decision.ts'
import { parseBuildRecord } from '../../../src/model/build-record.ts'
import { digestOf } from '../../../src/model/digest.ts'
import type { Version } from '../../../src/model/release-line.ts'
import { checkFailedOutputs, decisionOutputs } from '../../../tasks/PlatformImageCheck/outputs.ts'
import { aReleaseLine, amd64, aRecord, aRelease, aspnet, aPurpose } from '../../support/builders.ts'

const upToDate: Decision = {
  releaseLine: aReleaseLine(),
  purpose: aPurpose(),
  verdict: { kind: 'up-to-date', rule: 'index-digest' },
  explanation: 'Nothing moved.',
  repositoryExists: true,
  current: aRelease({ version: '1.0.0' }),
  previousBase: { digest: digestOf('old'), version: '10.0.13' },
  base: { reference: aspnet, platform: amd64, digest: digestOf('new') },
  notes: [],
}

describe('decisionOutputs', () => {
  it('leaves empty what does not apply', () => {
    assert.deepEqual(decisionOutputs(upToDate), {
      action: 'none',
      updateNeeded: false,
      reason: 'index-digest',
      explanation: 'Nothing moved.',
      currentTag: '10.0-noble-1.0.0',
      currentDigest: digestOf('10.0-noble-1.0.0'),
      nextTag: undefined,
      nextVersion: undefined,
      baseImage: 'mcr.microsoft.com/dotnet/aspnet:10.0',
      baseDigest: digestOf('new'),
      baseVersion: undefined,
      previousBaseVersion: '10.0.13',
      endOfSupport: undefined,
      supportEndedOn: undefined,
      repositoryExists: true,
      buildRecord: undefined,
      decision: serializeDecision(upToDate),
    })
  })

  it('has the last day of support a second time once it has passed', () => {
    const lastDay = '2026-11-10'
    const before = decisionOutputs({ ...upToDate, support: { kind: 'supported', dotnet: '8.0', lastDay, daysLeft: 0 } })
    const after = decisionOutputs({ ...upToDate, support: { kind: 'ended', dotnet: '8.0', lastDay } })

    assert.deepEqual([before.endOfSupport, before.supportEndedOn], [lastDay, undefined])
    assert.deepEqual([after.endOfSupport, after.supportEndedOn], [lastDay, lastDay])
  })

  it('hands the record of a rebuild over to the build', () => {
    const outputs = decisionOutputs({
      ...upToDate,
      verdict: { kind: 'rebuild', reason: 'base-moved' },
      next: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0' },
      record: aRecord(),
    })

    assert.equal(outputs.action, 'release')
    assert.equal(outputs.updateNeeded, true)
    assert.equal(outputs.reason, 'base-moved')
    assert.equal(outputs.nextTag, '10.0-noble-1.1.0')
    assert.equal(outputs.nextVersion, '1.1.0')
    assert.deepEqual(parseBuildRecord(String(outputs.buildRecord)), aRecord())
  })

  for (const reason of ['unfinished-publish', 'tags-behind', 'repeated-run'] as const) {
    it(`wants tags moved by ${reason}, which is no update`, () => {
      const outputs = decisionOutputs({ ...upToDate, verdict: { kind: 'retag', reason, rule: 'index-digest' } })

      assert.equal(outputs.action, 'retag')
      assert.equal(outputs.updateNeeded, false)
      assert.equal(outputs.reason, reason)
      assert.equal(outputs.nextTag, undefined)
    })
  }
})

describe('decisionOutputs, of a run that does not release', () => {
  const next = { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0' }

  it('has a validation build, whatever the verdict', () => {
    const record = aRecord({ reason: 'validation' })
    const outputs = decisionOutputs({ ...upToDate, purpose: aPurpose('validate'), next, record })

    assert.equal(outputs.action, 'validate')
    assert.equal(outputs.updateNeeded, false)
    assert.equal(outputs.reason, 'index-digest')
    assert.equal(outputs.nextTag, '10.0-noble-1.1.0')
    assert.deepEqual(parseBuildRecord(String(outputs.buildRecord)), record)
  })

  it('leaves empty what a validation could not look at', () => {
    const { repositoryExists, current, ...rest } = upToDate
    assert.ok(repositoryExists === true && current !== undefined)
    const outputs = decisionOutputs({ ...rest, purpose: aPurpose('validate'), verdict: { kind: 'not-judged' } })

    assert.deepEqual(
      [outputs.action, outputs.reason, outputs.nextTag, outputs.currentTag, outputs.repositoryExists],
      ['validate', 'validation', undefined, undefined, undefined],
    )
  })

  it('has a plan do nothing, and tells what a release would be', () => {
    const verdict = { kind: 'rebuild', reason: 'forced' } as const
    const outputs = decisionOutputs({ ...upToDate, purpose: aPurpose('plan'), verdict, next, record: aRecord() })

    assert.equal(outputs.action, 'none')
    assert.equal(outputs.updateNeeded, false)
    assert.equal(outputs.reason, 'forced')
    assert.equal(outputs.nextTag, '10.0-noble-1.1.0')
  })
})

describe('checkFailedOutputs', () => {
  it('has nothing to do, but never says up to date', () => {
    const given = Object.entries(checkFailedOutputs('Cannot read mcr.example/a:1: 503. [registry-outage]')).filter(
      ([, value]) => value !== undefined,
    )
    assert.deepEqual(Object.fromEntries(given), {
      action: 'none',
      updateNeeded: false,
      reason: 'check-failed',
      explanation: 'Cannot read mcr.example/a:1: 503. [registry-outage]',
    })
  })
})
