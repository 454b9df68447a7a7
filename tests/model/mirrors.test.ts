import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { parseMirrors, throughMirror } from '../../src/model/mirrors.ts'
import { formatReference, parseReference } from '../../src/model/reference.ts'
import { throws } from '../support/problems.ts'

describe('parseMirrors', () => {
  it('reads lines of registry=mirror', () => {
    const mirrors = parseMirrors(['mcr.microsoft.com = mirror.example/mcr', 'docker.io=localhost:5000'])

    assert.deepEqual(mirrors, { 'mcr.microsoft.com': 'mirror.example/mcr', 'docker.io': 'localhost:5000' })
  })

  it('reads no lines as no mirrors', () => {
    assert.deepEqual(parseMirrors([]), {})
  })

  for (const line of [
    'mcr.microsoft.com',
    '=mirror.example',
    'mcr.microsoft.com=',
    'a.io=b.io=c.io',
    'mcr.microsoft.com/dotnet=mirror.example',
    'mcr.microsoft.com=https://mirror.example',
    'mcr.microsoft.com=mirror',
    'mcr.microsoft.com=mirror.example/',
    'mcr.microsoft.com=mirror.example/Upper',
    'mcr=mirror.example',
  ]) {
    it(`refuses ${line}`, () => {
      throws(() => parseMirrors([line]), {
        name: 'InvalidValue',
        message: /has a line that begins ".*Write registry=mirror/,
      })
    })
  }

  it('shows no password of an address', () => {
    assert.throws(
      () => parseMirrors(['mcr.microsoft.com=https://user:hunter2@mirror.example']),
      (error: Error) => !error.message.includes('hunter2'),
    )
  })
})

describe('throughMirror', () => {
  const mirrors = { 'mcr.microsoft.com': 'mirror.example/mcr', 'docker.io': 'localhost:5000' }
  const rows: readonly (readonly [asked: string, really: string])[] = [
    ['mcr.microsoft.com/dotnet/aspnet:10.0', 'mirror.example/mcr/dotnet/aspnet:10.0'],
    [`mcr.microsoft.com/a:1@${digestOf('a')}`, `mirror.example/mcr/a:1@${digestOf('a')}`],
    ['ubuntu:24.04', 'localhost:5000/library/ubuntu:24.04'],
    ['quay.io/a/b', 'quay.io/a/b'],
  ]
  for (const [asked, really] of rows) {
    it(`asks for ${asked.slice(0, 40)} where its registry's mirror is`, () => {
      assert.equal(formatReference(throughMirror(parseReference(asked), mirrors)), really)
    })
  }
})
