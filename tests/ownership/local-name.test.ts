import assert from 'node:assert/strict'
import {
  isLocalName,
  keptName,
  localName,
  parseLocalName,
  pushName,
  shortHash,
} from '../../src/ownership/local-name.ts'
import { digestOf } from '../../src/model/digest.ts'
import { formatOwner } from '../../src/ownership/owner.ts'
import { parseReference } from '../../src/model/reference.ts'
import { amd64, anOwner, arm64, aspnet } from '../support/builders.ts'

const owner = formatOwner(anOwner(), '0a1b2c3d')
const pulled = new Date('2026-11-23T12:34:56.789Z')
const base = {
  name: aspnet,
  platform: amd64,
  source: 'mirror.example:5000/mcr/dotnet/aspnet',
  digest: digestOf('base'),
}

describe('localName', () => {
  for (const role of ['base', 'image', 'test'] as const) {
    it(`gives the ${role} a reference that no registry is asked for`, () => {
      const reference = parseReference(localName(role, owner))

      assert.deepEqual(reference, { registry: 'localhost', repository: `platform-image/${role}`, tag: owner })
    })
  }
})

describe('keptName', () => {
  const nameOf = (overrides: Partial<typeof base>) => parseLocalName(keptName({ ...base, ...overrides }, pulled))

  it('tells the base and where it came from, whatever its digest', () => {
    assert.deepEqual(
      nameOf({ name: parseReference(`mcr.microsoft.com/dotnet/aspnet:10.0@sha256:${'0'.repeat(64)}`) }),
      {
        role: 'kept',
        pulled: new Date('2026-11-23T12:34:56Z'),
        base: shortHash('mcr.microsoft.com/dotnet/aspnet:10.0 linux/amd64'),
        source: shortHash(base.source),
      },
    )
  })

  it('is another one for another base of the same name in the same second', () => {
    assert.notEqual(keptName(base, pulled), keptName({ ...base, digest: digestOf('other') }, pulled))
  })

  it('tells bases of other names and platforms apart', () => {
    const others = [{ platform: arm64 }, { name: parseReference('mcr.microsoft.com/dotnet/aspnet:9.0') }]

    for (const other of others) assert.notDeepEqual(nameOf(other), nameOf({}))
  })
})

describe('parseLocalName', () => {
  const read = [
    [localName('base', owner), { role: 'base', owner }],
    [localName('image', owner), { role: 'image', owner }],
    [localName('test', 'somebody'), { role: 'test', owner: 'somebody' }],
    [pushName('ecr.example/a:1', owner), { role: 'push', owner, target: shortHash('ecr.example/a:1') }],
  ] as const
  for (const [name, says] of read) {
    it(`reads ${name.slice(0, 40)}`, () => {
      assert.ok(parseReference(name).tag)
      assert.deepEqual(parseLocalName(name), says)
    })
  }

  for (const name of [
    'localhost/other:1',
    'localhost/platform-image/other:1',
    'localhost/platform-image/kept:yesterday.a.b',
    'localhost/platform-image/kept:20261123t123456.a',
    'localhost/platform-image/push:somebody',
    'registry.example/localhost/platform-image/base:1',
    '',
  ]) {
    it(`knows no name of ours in "${name}"`, () => {
      assert.equal(parseLocalName(name), undefined)
    })
  }
})

describe('isLocalName', () => {
  const rows: readonly (readonly [name: string, claim: boolean])[] = [
    [localName('image', 'owner'), true],
    ['localhost/other:1', false],
    ['team/platform-image:1', false],
    ['', false],
  ]
  for (const [name, claim] of rows) {
    it(`says ${String(claim)} of "${name}"`, () => {
      assert.equal(isLocalName(name), claim)
    })
  }
})
