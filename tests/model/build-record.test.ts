import assert from 'node:assert/strict'
import {
  formatReplaced,
  isRecordLabel,
  parseBuildRecord,
  parseReplaced,
  readOrigin,
  recordedReleaseLine,
  recordLabels,
  serializeBuildRecord,
} from '../../src/model/build-record.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parseReference } from '../../src/model/reference.ts'
import { aReleaseLine, anOrigin, amd64, arm64, aRecord, labelsOf } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

describe('parseReplaced', () => {
  const digest = digestOf('old')

  it('reads back what formatReplaced writes', () => {
    for (const replaced of [
      { kind: 'release', tag: '10.0-noble-1.4.0', digest },
      { kind: 'none' },
      { kind: 'unknown' },
    ] as const) {
      assert.deepEqual(parseReplaced(formatReplaced(replaced)), replaced)
    }
  })

  for (const text of [
    '',
    'first',
    'None',
    '10.0-noble-1.4.0',
    '10.0-noble-1.4.0@',
    '10.0-noble-1.4.0@sha256:1234',
    `@${digest}`,
    `a b@${digest}`,
    `a@b@${digest}`,
    digest,
  ]) {
    it(`does not know what ${JSON.stringify(text)} stands for`, () => {
      assert.deepEqual(parseReplaced(text), { kind: 'unknown' })
    })
  }
})

describe('recordLabels', () => {
  it('writes what the image is made from, for us and for everybody', () => {
    const record = aRecord({
      replaces: { kind: 'release', tag: '10.0-noble-1.0.0', digest: digestOf('old') },
      reason: 'base-moved',
    })
    const created = new Date('2026-11-23T12:00:00Z')

    const labels = recordLabels(record, { run: 'p/7', created, revision: 'abc', source: 'https://git.example/r' })

    assert.deepEqual(labels, {
      'platform-image.line': 'platform/aspnet:10.0-noble',
      'platform-image.replaces': `10.0-noble-1.0.0@${digestOf('old')}`,
      'platform-image.run': 'p/7',
      'platform-image.platform': 'linux/amd64',
      'platform-image.base.platform-digest': digestOf('base amd64'),
      'platform-image.context-hash': '',
      'platform-image.reason': 'base-moved',
      'org.opencontainers.image.base.name': 'mcr.microsoft.com/dotnet/aspnet:10.0',
      'org.opencontainers.image.base.digest': digestOf('base index'),
      'org.opencontainers.image.created': '2026-11-23T12:00:00.000Z',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://git.example/r',
    })
  })

  it('writes a label also where it is empty, so that none of the base shows through', () => {
    const inherited = recordLabels(aRecord(), { run: 'p/1', created: new Date(0), revision: 'abc', source: 'theirs' })

    const labels = { ...inherited, ...labelsOf() }

    assert.equal(labels['org.opencontainers.image.revision'], '')
    assert.equal(labels['org.opencontainers.image.source'], '')
  })

  it('is the record of no line where nobody named one, whatever the base inherits', () => {
    const { platform, base, buildArguments, mirrors } = aRecord()
    const plan = { replaces: { kind: 'unknown' }, platform, base, buildArguments, mirrors } as const

    const labels = { ...labelsOf(), ...recordLabels(plan, { run: 'p/1', created: new Date(0) }) }

    assert.equal(labels['platform-image.line'], '')
    assert.equal(labels['platform-image.reason'], '')
    assert.equal(readOrigin({ labels }, aReleaseLine()), undefined)
  })
})

describe('isRecordLabel', () => {
  it('keeps every label of a record, and what a later version may write, for the record', () => {
    assert.ok(Object.keys(labelsOf()).every(isRecordLabel))
    assert.ok(isRecordLabel('platform-image.anything'))
    assert.ok(!isRecordLabel('org.opencontainers.image.title'))
  })
})

describe('readOrigin', () => {
  it('reads back the context hash, and has none where the label is empty', () => {
    const contextHash = `v1:${digestOf('context')}`

    assert.equal(readOrigin({ labels: labelsOf({ contextHash }) }, aReleaseLine())?.contextHash, contextHash)
    assert.ok(!('contextHash' in (readOrigin({ labels: labelsOf() }, aReleaseLine()) ?? {})))
  })

  it('takes the platform of the image where the labels do not tell one', () => {
    const labels = { ...labelsOf({ platform: arm64 }), 'platform-image.platform': '' }

    assert.equal(readOrigin({ labels, platform: amd64 }, aReleaseLine())?.platform, 'linux/amd64')
    assert.equal(readOrigin({ labels }, aReleaseLine())?.platform, undefined)
    assert.equal(
      readOrigin({ labels: labelsOf({ platform: arm64 }), platform: amd64 }, aReleaseLine())?.platform,
      'linux/arm64/v8',
    )
  })

  it('reads back what recordLabels wrote', () => {
    const labels = labelsOf({ platform: arm64, replaces: { kind: 'unknown' } }, 'project/7')

    const origin = readOrigin({ labels }, aReleaseLine())

    assert.deepEqual(
      origin,
      anOrigin({
        platform: 'linux/arm64/v8',
        replaces: { kind: 'unknown' },
        run: 'project/7',
        reason: 'first-release',
      }),
    )
  })

  const untrusted: readonly (readonly [what: string, labels: Record<string, string>])[] = [
    ['no labels', {}],
    ['labels of another prefix', labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0-noble' }) })],
    [
      'labels inherited from another repository',
      labelsOf({ releaseLine: aReleaseLine({ repositoryName: 'platform/runtime' }) }),
    ],
    ['only the base labels that other tools write', withoutLine(labelsOf())],
    ['a damaged digest', { ...labelsOf(), 'org.opencontainers.image.base.digest': 'sha256:1234' }],
    ['no digest', { ...labelsOf(), 'org.opencontainers.image.base.digest': '' }],
    ['a damaged platform digest', { ...labelsOf(), 'platform-image.base.platform-digest': 'latest' }],
  ]
  for (const [what, labels] of untrusted) {
    it(`trusts nothing that has ${what}`, () => {
      assert.equal(readOrigin({ labels }, aReleaseLine()), undefined)
    })
  }

  it('takes a record without the release it replaces for one of unknown order', () => {
    const labels = Object.fromEntries(Object.entries(labelsOf()).filter(([name]) => name !== 'platform-image.replaces'))

    assert.deepEqual(readOrigin({ labels }, aReleaseLine())?.replaces, { kind: 'unknown' })
  })
})

describe('recordedReleaseLine', () => {
  it('finds none where the image was built for none', () => {
    assert.equal(recordedReleaseLine({ ...labelsOf(), 'platform-image.line': '' }), undefined)
  })

  it('gives the line that the labels name, whichever it is', () => {
    assert.equal(
      recordedReleaseLine(labelsOf({ releaseLine: aReleaseLine({ tagPrefix: '8.0' }) })),
      'platform/aspnet:8.0',
    )
    assert.equal(recordedReleaseLine({ vendor: 'x' }), undefined)
  })
})

describe('parseBuildRecord', () => {
  it('reads back what serializeBuildRecord wrote, in one line', () => {
    const record = aRecord({
      platform: { ...arm64, variant: 'v8' },
      reason: 'forced',
      base: {
        reference: parseReference(`host:5000/a:1@${digestOf('pin')}`),
        digest: digestOf('pin'),
        platformDigest: digestOf('x'),
      },
      contextHash: `v1:${digestOf('context')}`,
      dockerfile: 'docker/Other.Dockerfile',
      target: 'final',
      buildArguments: { A: '1', B: '', C: 'a=b "c"\n' },
      mirrors: { 'mcr.microsoft.com': 'localhost:5000/mcr' },
    })

    const json = serializeBuildRecord(record)

    assert.deepEqual(parseBuildRecord(json), record)
    assert.ok(!json.includes('\n'))
  })

  it('reads back a record of what has no sources, target or arguments', () => {
    const record = parseBuildRecord(serializeBuildRecord(aRecord()))

    assert.deepEqual(record, aRecord())
    assert.ok(!('contextHash' in record) && !('target' in record) && !('dockerfile' in record))
  })

  const good = JSON.parse(serializeBuildRecord(aRecord())) as { base: object }
  const damaged: readonly (readonly [what: string, json: string, message: RegExp])[] = [
    ['nothing', '', /JSON/],
    ['a macro', '$(check.buildRecord)', /JSON/],
    ['an array', '[]', /repositoryName/],
    ['an empty object', '{}', /repositoryName|undefined/],
    ['an unknown reason', JSON.stringify({ ...good, reason: 'whim' }), /whim/],
    ['a platform that is none', JSON.stringify({ ...good, platform: 'amd64' }), /"amd64", which is not a platform/],
    ['a name that is none', JSON.stringify({ ...good, base: { ...good.base, name: 'A' } }), /"A" is not an image/],
    ['a short digest', JSON.stringify({ ...good, base: { ...good.base, digest: 'sha256:1' } }), /digest is expected/],
    ['an argument that is no text', JSON.stringify({ ...good, buildArguments: { A: 1 } }), /string/],
    ['no arguments', JSON.stringify({ ...good, buildArguments: undefined }), /buildArguments|undefined/],
    ['a line that is none', JSON.stringify({ ...good, tagPrefix: '-' }), /"-", which cannot start a tag/],
  ]
  for (const [what, json, message] of damaged) {
    it(`refuses ${what}`, () => {
      throws(() => parseBuildRecord(json), { message })
    })
  }
})

function withoutLine(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('platform-image.')))
}
