import assert from 'node:assert/strict'
import { type Message, renderCard } from '../../src/notify/render-card.ts'

const aMessage = (overrides: Partial<Message> = {}): Message => ({
  status: 'success',
  title: 'A new version',
  facts: [],
  ...overrides,
})
const content = (overrides: Partial<Message> = {}) => renderCard(aMessage(overrides)).attachments[0].content

describe('renderCard', () => {
  it('renders one adaptive card in a message, as a Workflows webhook takes it', () => {
    const message = aMessage({
      text: 'The base moved.',
      facts: [{ name: 'Version', value: '1.1.0' }],
      run: { title: 'Run 42', page: 'https://dev.azure.com/o/p/_build/results?buildId=42' },
    })

    assert.deepEqual(renderCard(message), {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            type: 'AdaptiveCard',
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            version: '1.4',
            fallbackText: 'A new version: The base moved.',
            msteams: { width: 'Full' },
            body: [
              {
                type: 'Container',
                style: 'good',
                bleed: true,
                items: [
                  { type: 'TextBlock', text: '✅ A new version', size: 'Large', weight: 'Bolder', wrap: true },
                  { type: 'TextBlock', text: 'The base moved.', wrap: true },
                ],
              },
              { type: 'FactSet', facts: [{ title: 'Version', value: '1.1.0' }] },
            ],
            actions: [
              {
                type: 'Action.OpenUrl',
                title: 'Run 42',
                url: 'https://dev.azure.com/o/p/_build/results?buildId=42',
              },
            ],
          },
        },
      ],
    })
  })

  it('leaves out what there is not', () => {
    const { body, actions, fallbackText } = content() as { body: object[]; actions: object[]; fallbackText: string }

    assert.equal(body.length, 1)
    assert.deepEqual(actions, [])
    assert.equal(fallbackText, 'A new version')
  })

  const looks: readonly (readonly [status: Message['status'], style: string, icon: string])[] = [
    ['success', 'good', '✅'],
    ['warning', 'warning', '⚠️'],
    ['failure', 'attention', '❌'],
    ['info', 'emphasis', 'ℹ️'],
  ]
  for (const [status, style, icon] of looks) {
    it(`shows ${status} as ${icon} in the style ${style}`, () => {
      const json = JSON.stringify(content({ status }))

      assert.ok(json.includes(`"style":"${style}"`))
      assert.ok(json.includes(`"text":"${icon} A new version"`))
    })
  }

  const escapes: readonly (readonly [plain: string, escaped: string])[] = [
    ['feature/my_branch_name', String.raw`feature/my\_branch\_name`],
    ['*bold* and `code`', String.raw`\*bold\* and \`code\``],
    ['[click](https://evil.example)', String.raw`\[click\](https://evil.example)`],
    ['<at>everyone</at>', '&lt;at>everyone&lt;/at>'],
    ['~gone~ # title', String.raw`\~gone\~ \# title`],
    [String.raw`C:\agent`, String.raw`C:\\agent`],
    ['10.0-noble-1.1.0', '10.0-noble-1.1.0'],
  ]
  for (const [plain, escaped] of escapes) {
    it(`shows ${plain} as it is`, () => {
      const { body } = content({ title: plain, text: plain, facts: [{ name: plain, value: plain }] }) as {
        body: [{ items: { text: string }[] }, { facts: object[] }]
      }

      assert.deepEqual(
        body[0].items.map(({ text }) => text),
        [`✅ ${escaped}`, escaped],
      )
      assert.deepEqual(body[1].facts, [{ title: escaped, value: escaped }])
    })
  }
})
