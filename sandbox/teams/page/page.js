import { hostConfig } from '/host-config.js'
import MarkdownIt from '/markdown-it.js'

const { AdaptiveCard, HostConfig } = globalThis.AdaptiveCards
const asked = new URLSearchParams(location.search).get('theme')
const theme = asked === 'dark' ? 'dark' : 'light'
document.documentElement.dataset.theme = theme

const config = new HostConfig(hostConfig(theme))
const markdown = new MarkdownIt({ html: false })

/** Draws one card with Microsoft's renderer. */
function drawCard(json) {
  const mentions = (json.msteams?.entities ?? []).map(({ text, mentioned }) => ({ text, name: mentioned.name }))
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = drawMentions(markdown.render(text), mentions)
    result.didProcess = true
  }
  const card = new AdaptiveCard()
  card.hostConfig = config
  card.onExecuteAction = ({ url }) => window.open(url, '_blank', 'noopener')
  card.parse(json)
  const frame = element('div', json.msteams?.width === 'Full' ? 'card full' : 'card')
  frame.append(card.render())
  return frame
}

/** Teams takes the text of a mention for the person. */
function drawMentions(html, mentions) {
  const { escapeHtml } = markdown.utils
  return mentions.reduce(
    (drawn, { text, name }) => drawn.replaceAll(escapeHtml(text), `<span class="mention">${escapeHtml(name)}</span>`),
    html,
  )
}

function drawPost({ at, card }) {
  const post = element('article', 'post')
  post.append(drawAuthor('Workflows', at), drawCard(card))
  return post
}

function drawFailure({ at, because }) {
  const post = element('article', 'post failure')
  post.append(drawAuthor('A run of the flow failed', at), because)
  return post
}

function drawAuthor(name, at) {
  const author = element('div', 'author')
  const time = element('time')
  time.textContent = new Date(at).toISOString().slice(11, 16)
  author.append(name, time)
  return author
}

function element(name, className = '') {
  const made = document.createElement(name)
  made.className = className
  return made
}

let shown = ''

async function refresh() {
  const text = await (await fetch('/channel')).text()
  if (text === shown) return
  shown = text
  const { cards, failures } = JSON.parse(text)
  const posts = [
    ...cards.map((card) => ({ at: card.at, draw: () => drawPost(card) })),
    ...failures.map((failure) => ({ at: failure.at, draw: () => drawFailure(failure) })),
  ]
  posts.sort((one, other) => one.at.localeCompare(other.at))
  const channel = document.getElementById('channel')
  const empty = element('p', 'empty')
  empty.textContent = 'No card has come yet.'
  channel.replaceChildren(...(posts.length === 0 ? [empty] : posts.map(({ draw }) => draw())))
}

async function offerAnswers() {
  const select = document.getElementById('next-answer')
  const answers = await (await fetch('/answers')).json()
  for (const { name, title } of [{ name: '', title: 'as usual' }, ...answers]) select.add(new Option(title, name))
  select.addEventListener('change', async () => {
    await fetch('/next-answer', { method: 'POST', body: select.value })
  })
}

await Promise.all([refresh(), offerAnswers()])
setInterval(refresh, 1000)
