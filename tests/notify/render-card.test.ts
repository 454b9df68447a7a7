import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Message } from '../../src/notify/message.ts'
import { largestCard, renderCard } from '../../src/notify/render-card.ts'
import { aMessage, complaintsAbout, factsOf, textsOf } from '../support/cards.ts'
import { examples } from '../support/example-messages.ts'

const snapshots = join(import.meta.dirname, '..', 'data', 'cards')
/** In the form of JSON that .NET writes, which is the larger one. */
function sizeOf(card: unknown): number {
  const json = JSON.stringify(card)
  const escaped = [...json.matchAll(/\\"|[\s\S]/g)].map(([each]) =>
    /^[\x20-\x7e]$/.test(each) && !"<>&'+`".includes(each) ? 1 : 6,
  )
  return escaped.reduce<number>((sum, size) => sum + size, 0)
}

describe('renderCard', () => {
  for (const [name, message] of Object.entries(examples)) {
    it(`renders ${name} as it was looked at, and as Microsoft's parser takes it`, () => {
      const file = join(snapshots, `${name}.json`)
      const card = renderCard(message)
      // `UPDATE_CARDS=1 npx mocha tests/notify/render-card.test.ts`, and look at what git shows.
      if (process.env.UPDATE_CARDS === '1') writeFileSync(file, `${JSON.stringify(card, null, 2)}\n`)

      assert.deepEqual(card, JSON.parse(readFileSync(file, 'utf8')))
      assert.deepEqual(complaintsAbout(card), [])
    })
  }

  it('is held to a parser that complains', () => {
    const card = renderCard(aMessage())
    const table = { ...card, body: [{ type: 'Table', columns: [], rows: [] }] }
    const colour = { ...card, body: [{ type: 'Container', style: 'pink', items: [] }] }

    for (const bad of [table, colour]) assert.equal(complaintsAbout(bad as never).length, 1)
  })

  it('leaves out what there is not', () => {
    const card = renderCard(aMessage())

    assert.deepEqual(
      card.body.map(({ type }) => type),
      ['Container', 'TextBlock'],
    )
    assert.deepEqual(card.actions, [])
    assert.equal(card.fallbackText, 'A new version')
    assert.deepEqual(card.msteams, { width: 'Full' })
  })

  it('tells which run sent it, since a retry can double it', () => {
    assert.equal(textsOf(renderCard(aMessage())).at(-1), 'aspnet 20261126.3 · shop/42')
  })

  it('mentions people by the very text that Teams looks for', () => {
    const card = renderCard(aMessage({ mentions: [{ name: 'Adele_V & Co', id: 'adele@shop.example' }] }))

    assert.ok(textsOf(card).includes('<at>Adele_V & Co</at>'))
    assert.deepEqual(card.msteams.entities, [
      {
        type: 'mention',
        text: '<at>Adele_V & Co</at>',
        mentioned: { id: 'adele@shop.example', name: 'Adele_V & Co' },
      },
    ])
  })

  it('shows what is written, and lets nobody be mentioned by a fact', () => {
    const text = '<at>everyone</at> *now* & {{DATE(x)}}'
    const escaped = String.raw`&lt;at>everyone&lt;/at> \*now\* &amp; \{\{DATE(x)}}`

    const card = renderCard(aMessage({ title: text, text, facts: [{ name: text, value: text }] }))

    assert.deepEqual(textsOf(card).slice(0, 2), [`✅ ${escaped}`, escaped])
    assert.deepEqual(factsOf(card), [{ title: escaped, value: escaped }])
    assert.equal(card.fallbackText, `${text}: ${text}`)
  })

  it('shortens a fact that no card can hold, and says so', () => {
    const card = renderCard(aMessage({ facts: [{ name: 'Log', value: '🐳'.repeat(10_000) }] }))

    assert.ok(sizeOf(card) <= largestCard && sizeOf(card) > largestCard - 20, String(sizeOf(card)))
    assert.match(factsOf(card)[0]?.value ?? '', /^(🐳)+…$/)
    assert.equal(textsOf(card).at(-2), 'Shortened to what a card can hold; the run has the rest.')
    assert.deepEqual(complaintsAbout(card), [])
  })

  it('says that it cut a title that is none', () => {
    const card = renderCard(aMessage({ title: 'x'.repeat(10_000) }))

    assert.equal(textsOf(card)[0], `✅ ${'x'.repeat(250)}…`)
    assert.equal(textsOf(card).at(-2), 'Shortened to what a card can hold; the run has the rest.')
  })

  it('shows of a run only what a card can hold', () => {
    const card = renderCard(aMessage({ run: { id: 'shop/\ud83d42', title: 'asp\u0000net' } }))

    assert.equal(textsOf(card).at(-1), 'aspnet · shop/42')
  })

  it('makes a valid card below the limit of any text', function () {
    this.timeout(30_000)
    fc.assert(
      fc.property(anyMessage(), (message) => {
        const card = renderCard(message)

        assert.ok(sizeOf(card) <= largestCard, String(sizeOf(card)))
        assert.deepEqual(complaintsAbout(card), [])
      }),
      { numRuns: 100 },
    )
  })

  it('has a snapshot of every status', () => {
    const statuses = Object.values(examples).map(({ status }) => status)

    assert.deepEqual(new Set(statuses), new Set(['success', 'warning', 'failure', 'info']))
    for (const name of Object.keys(examples)) assert.ok(existsSync(join(snapshots, `${name}.json`)), name)
  })
})

/** Messages of any text, now and then far too long. */
function anyMessage(): fc.Arbitrary<Message> {
  const short = fc.string({ unit: 'binary', maxLength: 50 })
  const long = fc
    .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), fc.nat(3000))
    .map(([text, times]) => text.repeat(times))
  const text = fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: long })
  return fc.record({
    status: fc.constantFrom('success', 'warning', 'failure', 'info'),
    title: text,
    text,
    facts: fc.array(fc.record({ name: text, value: text }), { maxLength: 20, size: 'max' }),
    buttons: fc.array(fc.record({ title: text, url: fc.webUrl({ size: 'large' }) }), { maxLength: 8 }),
    mentions: fc.array(fc.record({ name: text, id: text }), { maxLength: 5 }),
    run: fc.record({ id: short, title: short }),
  })
}
