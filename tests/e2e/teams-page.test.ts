import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { startTeams, type Teams } from '../../sandbox/teams/teams.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { postWebhook } from '../../src/http/post-webhook.ts'
import { deliverCard } from '../../src/notify/deliver-card.ts'
import type { Message } from '../../src/notify/message.ts'
import { parseMentions } from '../../src/notify/parse-lines.ts'
import { parseWebhook } from '../../src/notify/parse-webhook.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { openBrowser } from '../support/browser.ts'
import { aMessage } from '../support/cards.ts'
import { examples } from '../support/example-messages.ts'

describe('the page of the channel', () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let teams: Teams
  let page: Page
  let complaints: string[]

  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())
  beforeEach(async () => {
    teams = await startTeams()
    page = await browser.context.newPage()
    complaints = []
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  })
  afterEach(async () => {
    await page.close()
    await teams.stop()
  })

  const post = (message: Message) =>
    deliverCard(renderCard(message), 'message', postWebhook(parseWebhook(teams.webhookUrl).url, httpClient, {}))
  const card = () => page.locator('.card').last()

  /** The text of an element that a reader sees. */
  async function textOf(element: Locator): Promise<string> {
    await element.waitFor({ state: 'visible' })
    return (await element.innerText()).trim()
  }

  for (const theme of ['light', 'dark'] as const) {
    for (const [name, message] of Object.entries(examples)) {
      it(`shows all that the ${name} card says, in the ${theme} look`, async () => {
        await post(message)

        await page.goto(`${teams.pageUrl}?theme=${theme}`)

        const text = await textOf(card())
        const { title, text: below = '', run, facts, buttons, mentions } = message
        for (const part of [title, below, run.title, run.id]) assert.ok(text.includes(part), part)
        const table = card().locator('.ac-factset')
        for (const { name: fact, value } of facts) {
          const row = table.locator('tr', { has: page.getByText(fact, { exact: true }) })
          assert.equal((await textOf(row)).replaceAll(/\s+/g, ' '), `${fact} ${value}`)
        }
        const titles = [...(run.page === undefined ? [] : ['Open the run']), ...buttons.map((button) => button.title)]
        assert.deepEqual(await card().getByRole('link').allInnerTexts(), titles)
        assert.deepEqual(
          await card().locator('.mention').allInnerTexts(),
          mentions.map((mention) => mention.name),
        )
        assert.deepEqual(complaints, [])
      })
    }
  }

  const hostile = [
    '<script>window.hacked = true</script>',
    '<img src=x onerror="window.hacked = true">',
    '<b>bold</b> <at>everyone</at> &lt;i&gt;',
    '[click](javascript:window.hacked=true)',
    '![picture](https://evil.example/x.png)',
    '**strong** _em_ `code` ~~gone~~ # head',
    '- item',
    '1. item',
    '{{DATE(2026-11-26T12:00:00Z, LONG)}}',
    'a | b ]] ##vso[task.complete]',
    'صورة المنصة جاهزة',
    '🐳 größer — 漢字',
  ]

  /** All that a name may hold and a card could take for more. */
  const oddName = `Zoë O'Neil & "Co" (https://evil.example) a_b_c {{DATE(1)}} #1. 🐳`

  it('shows what is written, and neither runs nor draws markup of it', async () => {
    await post(
      aMessage({
        title: hostile[0] ?? '',
        text: hostile[1] ?? '',
        facts: hostile.map((value, index) => ({ name: `Fact ${String(index)} <b>`, value })),
        mentions: parseMentions([{ text: `${oddName} | zoe@shop.example`, number: 1 }]),
      }),
    )

    await page.goto(teams.pageUrl)

    const rows = card().locator('.ac-factset tr')
    await rows.first().waitFor()
    assert.deepEqual(
      (await rows.allTextContents()).map((text) => text.replaceAll('\n', '')),
      hostile.map((value, index) => `Fact ${String(index)} <b>${value}`),
    )
    assert.ok((await textOf(card())).includes(`${String(hostile[0])}\n`))
    assert.deepEqual(await card().locator('.mention').allInnerTexts(), [oddName])
    assert.equal(
      await card().locator('script, img, a[href], at, b, i, strong, em, code, del, s, ul, ol, h1').count(),
      0,
    )
    assert.equal(await page.evaluate('window.hacked'), undefined)
    assert.deepEqual(complaints, [])
  })

  it('shows a card that had to be shortened, with its note', async () => {
    await post(aMessage({ facts: [{ name: 'Log', value: 'x'.repeat(30_000) }] }))

    await page.goto(teams.pageUrl)

    assert.match(await textOf(card()), /Shortened to what a card can hold; the run has the rest\./)
  })

  it('shows the whole of a fact without a place to break', async () => {
    await post(aMessage({ facts: [{ name: 'n'.repeat(100), value: `https://a.example/${'p'.repeat(200)}` }] }))

    await page.goto(teams.pageUrl)

    const cells = card().locator('.ac-factset td')
    await cells.first().waitFor()
    const right = async (element: Locator) => {
      const { x, width } = (await element.boundingBox()) ?? { x: Number.NaN, width: 0 }
      return x + width
    }
    const edge = await right(card())
    for (const cell of await cells.all()) {
      assert.ok((await right(cell)) <= edge)
      assert.ok(await cell.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth))
    }
  })

  it('opens the address of a button in a page of its own', async () => {
    await post(aMessage({ buttons: [{ title: 'Here', url: teams.cardsUrl }] }))
    await page.goto(teams.pageUrl)

    const opened = browser.context.waitForEvent('page')
    await card().getByRole('link', { name: 'Here' }).click()

    const other = await opened
    await other.waitForURL(teams.cardsUrl)
    await other.close()
  })

  it('shows a card that comes while it is open, and the run of the flow that failed', async () => {
    await page.goto(teams.pageUrl)
    assert.equal(await textOf(page.locator('.empty')), 'No card has come yet.')

    const chosen = page.waitForResponse((response) => response.url().endsWith('/next-answer'))
    await page.getByLabel('Next answer').selectOption({ label: '202, and the flow fails' })
    await chosen
    const [lost, seen] = [await post(aMessage({ title: 'Lost' })), await post(aMessage({ title: 'Seen' }))]

    assert.deepEqual([lost.kind, seen.kind], ['queued', 'queued'])
    assert.match(await textOf(card()), /Seen/)
    assert.match(await textOf(page.locator('.failure')), /A run of the flow failed.*expired\./s)
    assert.equal(await page.locator('.card').count(), 1)
  })
})
