import assert from 'node:assert/strict'
import { Masker } from '../../../../sandbox/agent/job/masking.ts'

describe('Masker', () => {
  const rows: readonly (readonly [secret: string, text: string, masked: string])[] = [
    ['s3cret', 'a s3cret, s3cret!', 'a ***, ***!'],
    ['s3cret', 'S3CRET', 'S3CRET'],
    ['a"b', '{"x":"a\\"b"}', '{"x":"***"}'],
    ['a b/c', 'https://x/?q=a%20b%2Fc', 'https://x/?q=***'],
    ['a\\b', 'a\\\\b', '***'],
    ['aa', 'aaaa', '***'],
    ['$&', 'x$&y', 'x***y'],
    ['', 'text', 'text'],
    [' ', 'a b', 'a b'],
  ]
  for (const [secret, text, masked] of rows) {
    it(`hides ${JSON.stringify(secret)} in ${text}`, () => {
      const masker = new Masker()

      masker.add(secret)

      assert.equal(masker.mask(text), masked)
    })
  }

  it('hides overlapping secrets as one', () => {
    const masker = new Masker()

    masker.add('abcd')
    masker.add('cdef')

    assert.equal(masker.mask('xabcdefx'), 'x***x')
  })

  const initial: readonly (readonly [secret: string, text: string])[] = [
    ['value', Buffer.from('value').toString('base64')],
    [' padded ', 'padded'],
    ['"quoted"', 'quoted'],
    ['first line\nsecond line', 'second line'],
  ]
  for (const [secret, text] of initial) {
    it(`hides ${text} for the initial secret ${JSON.stringify(secret)}`, () => {
      const masker = new Masker()

      masker.addInitial(secret)

      assert.equal(masker.mask(`<${text}>`), '<***>')
    })
  }
})
