import assert from 'node:assert/strict'
import type { Message } from '../../src/notify/message.ts'
import { cut, shortenMessage } from '../../src/notify/shorten-message.ts'
import { aMessage } from '../support/cards.ts'

describe('shortenMessage', () => {
  const sizeOf = (message: Message) => JSON.stringify(message).length
  const shorten = (message: Message, size: number) => shortenMessage(message, (candidate) => sizeOf(candidate) <= size)
  const fact = (length: number, name = 'Name') => ({ name, value: 'x'.repeat(length) })

  it('gives back what fits', () => {
    const message = aMessage({ facts: [fact(5000)] })

    assert.equal(shorten(message, 6000), message)
  })

  it('shortens the longest facts first, and no more than needed', () => {
    const message = aMessage({ text: 'A text.', facts: [fact(300), fact(5000), fact(2000)] })

    const short = shorten(message, 3000)

    const lengths = short.facts.map(({ value }) => value.length)
    assert.equal(lengths[0], 300)
    assert.equal(lengths[1], lengths[2])
    assert.ok(sizeOf(short) <= 3000 && sizeOf(short) > 2990, String(sizeOf(short)))
    assert.equal(short.text, 'A text.')
  })

  it('leaves out the last facts where short ones are too many', () => {
    const message = aMessage({ facts: Array.from({ length: 100 }, (_, index) => fact(200, String(index))) })

    const short = shorten(message, 2000)

    assert.deepEqual(
      short.facts.map(({ name }) => name),
      short.facts.map((_, index) => String(index)),
    )
    assert.ok(short.facts.length > 10 && short.facts.length < 20)
    assert.ok(short.facts.every(({ value }) => value === `${'x'.repeat(80)}…`))
  })

  it('shortens a long text before it gives up facts', () => {
    const message = aMessage({ text: 'y'.repeat(9000), facts: [fact(200), fact(3)] })

    const short = shorten(message, 2000)

    assert.ok(sizeOf(short) <= 2000 && sizeOf(short) > 1990, String(sizeOf(short)))
    assert.match(short.text ?? '', /^y{500,}…$/)
    assert.deepEqual(
      short.facts.map(({ value }) => value.length),
      [81, 3],
    )
  })

  const longButton = (index: number) => ({ title: 'A', url: `https://a.example/${String(index)}/${'z'.repeat(500)}` })

  it('gives up the last buttons before it gives up facts', () => {
    const buttons = [0, 1, 2, 3].map(longButton)

    const short = shorten(aMessage({ facts: [fact(9), fact(8)], buttons }), 1500)

    assert.deepEqual(short, aMessage({ facts: [fact(9), fact(8)], buttons: buttons.slice(0, 2) }))
  })

  it('gives up mentions last', () => {
    const mentions = [{ name: 'Adele', id: `${'a'.repeat(5000)}@shop.example` }]

    const short = shorten(
      aMessage({ text: 'y'.repeat(600), facts: [fact(9)], buttons: [longButton(0)], mentions }),
      1000,
    )

    assert.deepEqual(short, aMessage({ text: `${'y'.repeat(500)}…` }))
  })
})

describe('cut', () => {
  const rows: readonly (readonly [text: string, length: number, cut: string])[] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['a🐳b', 2, 'a…'],
    ['a🐳b', 3, 'a🐳…'],
    ['abc', 0, '…'],
    ['', 0, ''],
  ]
  for (const [text, length, expected] of rows) {
    it(`makes "${expected}" of the first ${String(length)} of "${text}"`, () => {
      assert.equal(cut(text, length), expected)
    })
  }
})
