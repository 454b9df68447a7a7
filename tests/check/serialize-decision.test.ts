import assert from 'node:assert/strict'
import type { Decision } from '../../src/check/decision.ts'
import { serializeDecision } from '../../src/check/serialize-decision.ts'
import { digestOf } from '../../src/model/digest.ts'
import type { Version } from '../../src/model/release-line.ts'
import { aReleaseLine, amd64, aRecord, aRelease, aspnet, aPurpose } from '../support/builders.ts'

const bare: Decision = {
  releaseLine: aReleaseLine(),
  purpose: aPurpose(),
  verdict: { kind: 'rebuild', reason: 'first-release' },
  explanation: 'There is no release yet.',
  repositoryExists: false,
  previousBase: {},
  base: { reference: aspnet, platform: amd64 },
  notes: [],
}

describe('serializeDecision', () => {
  const rows: readonly (readonly [what: string, decision: Decision, form: object])[] = [
    [
      'what there is, and no more',
      bare,
      {
        repositoryName: 'platform/aspnet',
        tagPrefix: '10.0-noble',
        purpose: 'release',
        action: 'release',
        reason: 'first-release',
        explanation: 'There is no release yet.',
        repositoryExists: false,
        base: { name: 'mcr.microsoft.com/dotnet/aspnet:10.0', platform: 'linux/amd64' },
        previousBase: {},
        notes: [],
      },
    ],
    [
      'everything',
      {
        ...bare,
        verdict: { kind: 'rebuild', reason: 'base-moved' },
        explanation: 'The base moved.\nReally.',
        repositoryExists: true,
        current: aRelease({ version: '1.0.0' }),
        next: { version: '1.1.0' as Version, tag: '10.0-noble-1.1.0' },
        record: aRecord(),
        base: { reference: aspnet, platform: amd64, digest: digestOf('new'), version: '10.0.14' },
        previousBase: { digest: digestOf('old'), version: '10.0.13' },
        support: { kind: 'supported', dotnet: '10.0', lastDay: '2028-11-14', daysLeft: 700 },
        notes: [{ level: 'warning', text: 'Look at this.' }],
      },
      {
        repositoryName: 'platform/aspnet',
        tagPrefix: '10.0-noble',
        purpose: 'release',
        action: 'release',
        reason: 'base-moved',
        explanation: 'The base moved.\nReally.',
        repositoryExists: true,
        current: { version: '1.0.0', tag: '10.0-noble-1.0.0', digest: digestOf('10.0-noble-1.0.0') },
        next: { version: '1.1.0', tag: '10.0-noble-1.1.0' },
        base: {
          name: 'mcr.microsoft.com/dotnet/aspnet:10.0',
          platform: 'linux/amd64',
          digest: digestOf('new'),
          version: '10.0.14',
        },
        previousBase: { digest: digestOf('old'), version: '10.0.13' },
        endOfSupport: '2028-11-14',
        notes: ['Look at this.'],
      },
    ],
    [
      'a retag by its reason',
      { ...bare, verdict: { kind: 'retag', reason: 'tags-behind', rule: 'index-digest' } },
      {
        ...(JSON.parse(serializeDecision(bare)) as object),
        action: 'retag',
        reason: 'tags-behind',
      },
    ],
    [
      'what is up to date by its rule',
      { ...bare, verdict: { kind: 'up-to-date', rule: 'platform-digest' } },
      {
        ...(JSON.parse(serializeDecision(bare)) as object),
        action: 'none',
        reason: 'platform-digest',
      },
    ],
    [
      'a validation of what is up to date by its rule',
      { ...bare, purpose: aPurpose('validate'), verdict: { kind: 'up-to-date', rule: 'layers' } },
      {
        ...(JSON.parse(serializeDecision(bare)) as object),
        purpose: 'validate',
        action: 'validate',
        reason: 'layers',
      },
    ],
    [
      'a plan, which is nothing to do',
      { ...bare, purpose: aPurpose('plan'), verdict: { kind: 'rebuild', reason: 'forced' } },
      {
        ...(JSON.parse(serializeDecision(bare)) as object),
        purpose: 'plan',
        planned: true,
        action: 'none',
        reason: 'forced',
      },
    ],
  ]
  for (const [what, decision, form] of rows) {
    it(`writes ${what} in one line`, () => {
      const json = serializeDecision(decision)

      assert.deepEqual(JSON.parse(json), form)
      assert.ok(!json.includes('\n'))
    })
  }
})
