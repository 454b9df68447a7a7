import assert from 'node:assert/strict'
import { type DotnetFacts, endOfSupport, judgeSupport, type Support } from '../../src/check/judge-support.ts'
import { parseReference } from '../../src/model/reference.ts'
import { aspnet } from '../support/builders.ts'

const dates = new Map([
  ['8.0', '2026-11-10'],
  ['10.0', '2028-11-14'],
])
const someDotnet: DotnetFacts = { base: aspnet, version: '10.0.14', now: new Date('2026-12-01T08:00:00Z') }
const ofBase = (base: string): DotnetFacts => ({ ...someDotnet, version: undefined, base: parseReference(base) })
const at = (now: string): DotnetFacts => ({ ...someDotnet, version: '8.0.25', now: new Date(now) })

const supported = (daysLeft: number): Support => ({ kind: 'supported', dotnet: '8.0', lastDay: '2026-11-10', daysLeft })
const ended: Support = { kind: 'ended', dotnet: '8.0', lastDay: '2026-11-10' }
const unknown: Support = { kind: 'unknown', dotnet: '12.0' }
const tenIsSupported: Support = { kind: 'supported', dotnet: '10.0', lastDay: '2028-11-14', daysLeft: 714 }

describe('judgeSupport', () => {
  const rows: readonly (readonly [what: string, facts: DotnetFacts, support: Support | undefined])[] = [
    ['the version that the image names', someDotnet, tenIsSupported],
    ['an SDK, which counts its own patches', { ...someDotnet, version: '10.0.401' }, tenIsSupported],
    ['a preview', { ...someDotnet, version: '10.0.0-rc.1.25451.107' }, tenIsSupported],
    [
      'the image before its base',
      { ...someDotnet, base: parseReference('a.example/dotnet/aspnet:8.0') },
      tenIsSupported,
    ],
    ['sixty days before the end', at('2026-09-11T00:00:00Z'), supported(60)],
    ['the day before', at('2026-11-09T23:59:59Z'), supported(1)],
    ['the last day, which counts whole', at('2026-11-10T23:59:59Z'), supported(0)],
    ['the first moment after it', at('2026-11-11T00:00:00Z'), ended],
    ['years after it', at('2031-01-01T00:00:00Z'), ended],
    ['a version without a date', { ...someDotnet, version: '12.0.1' }, unknown],
    [
      'a version that only begins like one with a date',
      { ...someDotnet, version: '8.01.1' },
      { ...unknown, dotnet: '8.01' },
    ],
    ['a tag, where the image names no version', ofBase('mcr.microsoft.com/dotnet/runtime-deps:8.0-noble'), ended],
    ['a tag with a patch', ofBase('mcr.microsoft.com/dotnet/runtime-deps:8.0.21'), ended],
    ['a tag with a digest', ofBase(`mcr.microsoft.com/dotnet/runtime-deps:8.0@sha256:${'a'.repeat(64)}`), ended],
    ['a copy of an official image', ofBase('mirror.example:5000/mcr/dotnet/runtime-deps:8.0'), ended],
    ['a nightly image', ofBase('mcr.microsoft.com/dotnet/nightly/aspnet:8.0'), ended],
    ['the tag latest', ofBase('mcr.microsoft.com/dotnet/aspnet:latest'), undefined],
    ['a major version alone', ofBase('mcr.microsoft.com/dotnet/aspnet:8'), undefined],
    ['another product with versions like those of .NET', ofBase('mcr.microsoft.com/dotnet/monitor:8.0'), undefined],
    ['another image', ofBase('docker.io/library/debian:12.5'), undefined],
    ['an image that names no number', { ...ofBase('docker.io/library/debian:12'), version: '1' }, undefined],
  ]
  for (const [what, facts, support] of rows) {
    it(`reads ${what}`, () => {
      assert.deepEqual(judgeSupport(facts, dates), support)
    })
  }
})

describe('endOfSupport', () => {
  it('is the last day, also when it has passed', () => {
    assert.equal(endOfSupport(supported(3)), '2026-11-10')
    assert.equal(endOfSupport(ended), '2026-11-10')
  })

  it('is nothing where nobody knows it', () => {
    assert.equal(endOfSupport(unknown), undefined)
    assert.equal(endOfSupport(undefined), undefined)
  })
})
