import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf } from '../../src/model/digest.ts'
import {
  formatReference,
  InvalidReferenceError,
  isTag,
  parseReference,
  type Reference,
  withDigest,
} from '../../src/model/reference.ts'
import { throws } from '../support/problems.ts'

const digest = digestOf('a')

describe('parseReference', () => {
  const rows: readonly (readonly [text: string, reference: Reference])[] = [
    ['ubuntu', { registry: 'docker.io', repository: 'library/ubuntu' }],
    ['ubuntu:24.04', { registry: 'docker.io', repository: 'library/ubuntu', tag: '24.04' }],
    ['bitnami/redis', { registry: 'docker.io', repository: 'bitnami/redis' }],
    ['docker.io/ubuntu', { registry: 'docker.io', repository: 'library/ubuntu' }],
    ['index.docker.io/ubuntu', { registry: 'docker.io', repository: 'library/ubuntu' }],
    ['docker.io/bitnami/redis', { registry: 'docker.io', repository: 'bitnami/redis' }],
    ['host:5000', { registry: 'docker.io', repository: 'library/host', tag: '5000' }],
    ['host:5000/a', { registry: 'host:5000', repository: 'a' }],
    ['host:5000/a/b:1', { registry: 'host:5000', repository: 'a/b', tag: '1' }],
    ['localhost/x', { registry: 'localhost', repository: 'x' }],
    ['localhost:5000/x:y', { registry: 'localhost:5000', repository: 'x', tag: 'y' }],
    ['[::1]:5000/x:1', { registry: '[::1]:5000', repository: 'x', tag: '1' }],
    ['[2001:db8::1]/x', { registry: '[2001:db8::1]', repository: 'x' }],
    ['HOST.example/a:TAG', { registry: 'host.example', repository: 'a', tag: 'TAG' }],
    ['a.io/b_c/d__e/f--g.h', { registry: 'a.io', repository: 'b_c/d__e/f--g.h' }],
    [`a@${digest}`, { registry: 'docker.io', repository: 'library/a', digest }],
    [`a:tag@${digest}`, { registry: 'docker.io', repository: 'library/a', tag: 'tag', digest }],
    [`h:1/a@${digest}`, { registry: 'h:1', repository: 'a', digest }],
    [`a:${'t'.repeat(128)}`, { registry: 'docker.io', repository: 'library/a', tag: 't'.repeat(128) }],
  ]
  for (const [text, reference] of rows) {
    it(`reads ${text.slice(0, 40)}`, () => {
      assert.deepEqual(parseReference(text), reference)
    })
  }

  const refused: readonly (readonly [what: string, text: string, because: RegExp])[] = [
    ['nothing', '', /is not a repository/],
    ['only a slash', '/', /is not a repository/],
    ['a slash at the end', 'mcr.microsoft.com/dotnet/', /"dotnet\/" is not a repository/],
    ['a host alone', 'mcr.microsoft.com/', /"" is not a repository/],
    ['a colon at the end', 'a.io/b:', /"" is not a tag/],
    ['a tag alone', ':10.0', /is not a repository/],
    ['a digest alone', `@${digest}`, /is not a repository/],
    ['two digests', `a@${digest}@${digest}`, /more than one "@"/],
    ['half a digest', 'a@sha256:1234', /"sha256:1234" is not sha256: and 64/],
    ['an empty digest', 'a@', /"" is not sha256:/],
    ['a digest in upper case', `a@${digest.toUpperCase()}`, /is not sha256:/],
    ['another hash', `a@sha512:${'0'.repeat(128)}`, /is not sha256:/],
    ['an upper case repository', 'mcr.microsoft.com/DotNet/aspnet', /a repository is written in lower case/],
    ['an upper case short name', 'Ubuntu', /a repository is written in lower case/],
    ['a URL', 'https://mcr.microsoft.com/dotnet/aspnet', /is not a repository|is not a host/],
    ['a doubled slash', 'a.io//b', /"\/b" is not a repository/],
    ['a space inside', 'a.io/b c', /is not a repository/],
    ['a space around', ' ubuntu', /is not a repository/],
    ['a line break', 'ubuntu\n', /is not a repository/],
    ['a variable', 'mcr.microsoft.com/$REPO', /is not a repository/],
    ['a path with a dash in front', 'a.io/-b', /is not a repository/],
    ['two dots', 'a.io/b..c', /is not a repository/],
    ['a tag with a dash in front', 'a:-b', /"-b" is not a tag/],
    ['a tag of 129 characters', `a:${'t'.repeat(129)}`, /is not a tag/],
    ['two tags', 'a:b:c', /"b:c" is not a tag/],
    ['an open IPv6 address', '[::1/x', /is not a host/],
    ['a port without a number', 'host:/a', /is not a host/],
    ['a host with an underscore', 'my_host.io/a', /"my_host.io" is not a host/],
  ]
  for (const [what, text, because] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => parseReference(text), { name: 'InvalidReferenceError', message: because })
    })
  }

  it('gives only whole references or InvalidReferenceError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', ':', '/', '@', '[', ']', '-', '_') }),
        ),
        (text) => {
          try {
            const { repository } = parseReference(text)

            assert.notEqual(repository, '')
          } catch (error) {
            assert.ok(error instanceof InvalidReferenceError, String(error))
          }
        },
      ),
    )
  })
})

describe('formatReference', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?$/)
  const references = fc
    .record(
      {
        registry: fc.constantFrom('docker.io', 'localhost', 'host:5000', 'mcr.microsoft.com', '[::1]:80'),
        path: fc.array(part, { minLength: 2, maxLength: 4 }),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/),
        digest: fc.string().map((text) => digestOf(text)),
      },
      { requiredKeys: ['registry', 'path'] },
    )
    .map(({ path, ...rest }): Reference => ({ ...rest, repository: path.join('/') }))

  it('writes what parseReference reads back as the same', () => {
    fc.assert(
      fc.property(references, (reference) => {
        assert.deepEqual(parseReference(formatReference(reference)), reference)
      }),
    )
  })

  it('gives equal texts for equal references, however they were written', () => {
    const texts = ['ubuntu', 'library/ubuntu', 'docker.io/ubuntu', 'docker.io/library/ubuntu', 'index.docker.io/ubuntu']

    const formatted = texts.map((text) => formatReference(parseReference(text)))

    assert.deepEqual(new Set(formatted), new Set(['docker.io/library/ubuntu']))
  })
})

describe('withDigest', () => {
  it('puts a digest in the place of the one that was there, and keeps the tag', () => {
    const reference = parseReference(`a.io/b:1@${digest}`)

    const moved = withDigest(reference, digestOf('b'))

    assert.equal(formatReference(moved), `a.io/b:1@${digestOf('b')}`)
  })
})

describe('isTag', () => {
  const rows: readonly (readonly [text: string, claim: boolean])[] = [
    ['10.0-noble-1.4.0', true],
    ['_x', true],
    ['', false],
    ['.x', false],
    ['a/b', false],
    ['a b', false],
    ['ä', false],
    ['20261123.1', true],
  ]
  for (const [text, claim] of rows) {
    it(`says ${String(claim)} of "${text}"`, () => {
      assert.equal(isTag(text), claim)
    })
  }
})
