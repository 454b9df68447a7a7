import assert from 'node:assert/strict'
import { digestOf, isDigest, parseDigest, shortDigest } from '../../src/model/digest.ts'
import { throws } from '../support/problems.ts'

const ofNothing = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

describe('isDigest', () => {
  const rows: readonly (readonly [what: string, text: string, claim: boolean])[] = [
    ['a whole digest', ofNothing, true],
    ['no digest', '', false],
    ['the digits alone', ofNothing.slice('sha256:'.length), false],
    ['a digest that lost a digit', ofNothing.slice(0, -1), false],
    ['a digest with a digit too many', `${ofNothing}0`, false],
    ['upper case', ofNothing.toUpperCase(), false],
    ['a line break behind', `${ofNothing}\n`, false],
    ['another hash', ofNothing.replace('sha256', 'sha512'), false],
  ]
  for (const [what, text, claim] of rows) {
    it(`says ${String(claim)} of ${what}`, () => {
      assert.equal(isDigest(text), claim)
    })
  }
})

describe('parseDigest', () => {
  it('gives a digest back', () => {
    assert.equal(parseDigest(ofNothing), ofNothing)
  })

  it('shows what is no digest, and what one looks like', () => {
    throws(() => parseDigest('latest'), { message: /^"latest" is not a digest\. Give sha256: and 64/ })
  })
})

describe('digestOf', () => {
  it('is the sha256 of bytes and of text in UTF-8', () => {
    assert.equal(digestOf(''), ofNothing)
    assert.equal(digestOf('ä'), digestOf(Buffer.from([0xc3, 0xa4])))
  })
})

describe('shortDigest', () => {
  it('keeps the twelve digits that engines show', () => {
    assert.equal(shortDigest(parseDigest(ofNothing)), 'sha256:e3b0c44298fc')
  })
})
