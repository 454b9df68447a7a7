import { join } from 'node:path'
import { startTeams } from '../sandbox/teams/teams.ts'
import { httpClient } from '../src/http/http-client.ts'
import { postWebhook } from '../src/http/post-webhook.ts'
import { deliverCard } from '../src/notify/deliver-card.ts'
import { parseWebhook } from '../src/notify/parse-webhook.ts'
import { renderCard } from '../src/notify/render-card.ts'
import { openBrowser } from '../tests/support/browser.ts'
import { examples } from '../tests/support/example-messages.ts'

/** Takes the picture of a card for the marketplace's page: posts it to the sandbox's channel, and looks at its page. */
const [name = 'success', theme = 'light', file = 'images/card.png'] = process.argv.slice(2)
const message = Object.entries(examples).find(([example]) => example === name)?.[1]
if (message === undefined)
  throw new Error(`There is no example "${name}". Give one of ${Object.keys(examples).join()}.`)

const teams = await startTeams({ clock: () => new Date('2026-11-26T04:02:20Z') })
const browser = await openBrowser()
try {
  const webhook = parseWebhook(teams.webhookUrl)
  await deliverCard(
    renderCard(message),
    'message',
    postWebhook(webhook.url, () => httpClient(), {}),
  )
  const page = await browser.context.newPage()
  await page.goto(`${teams.pageUrl}?theme=${theme}`)
  await page.locator('.post').screenshot({ path: join(import.meta.dirname, '..', file) })
} finally {
  await browser.close()
  await teams.stop()
}
