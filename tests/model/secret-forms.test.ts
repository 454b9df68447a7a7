import assert from 'node:assert/strict'
import fc from 'fast-check'
import { secretForms, secretLines, secretsHider } from '../../src/model/secret-forms.ts'

describe('secretForms', () => {
  it('knows a secret as it is, percent-encoded, and as in JSON', () => {
    const forms = secretForms('p"ä/1')

    assert.deepEqual([...forms].sort(), ['p"ä/1', 'p%22%C3%A4%2F1', 'p\\"ä/1'])
  })

  it('finds a secret in base64, wherever it begins', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 8 }), fc.string(), (before, secret, after) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          const encoded = Buffer.from(before + secret + after).toString(encoding)

          assert.ok(secretForms(secret).some((form) => encoded.includes(form)))
        }
      }),
    )
  })

  it('takes no few letters for a secret', () => {
    assert.deepEqual(secretForms('abc'), ['abc'])
  })
})

describe('secretsHider', () => {
  const hide = secretsHider(['geheim', 'geheim-und-laenger', 'Sesame.2/öffne'])

  const rows: readonly (readonly [text: string, shown: string])[] = [
    ['nothing to see', 'nothing to see'],
    ['a geheim, geheim', 'a ***, ***'],
    ['geheim-und-laenger', '***'],
    ['?key=Sesame.2%2F%C3%B6ffne&x', '?key=***&x'],
  ]
  for (const [text, shown] of rows) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () => {
      assert.equal(hide(text), shown)
    })
  }

  it('hides what an Authorization header says', () => {
    const header = Buffer.from('user:geheim-und-laenger').toString('base64')

    assert.match(hide(`Basic ${header}`), /^Basic dXNlcjp\*\*\*.{0,3}$/)
  })
})

describe('secretLines', () => {
  const rows: readonly (readonly [secret: string, lines: readonly string[]])[] = [
    ['one secret', ['one secret']],
    ['first line\r\n\n  second line ', ['first line', 'second line']],
    ['-----BEGIN KEY-----\nMIIEvQ\n-----END KEY-----\n', ['MIIEvQ']],
    ['{\n  "a": "geheim"\n}', ['"a": "geheim"']],
    ['AWS', []],
    ['Latest', []],
    ['', []],
  ]
  for (const [secret, lines] of rows) {
    it(`hides ${JSON.stringify(lines)} of ${JSON.stringify(secret)}`, () => {
      assert.deepEqual(secretLines(secret), lines)
    })
  }
})
