import assert from 'node:assert/strict'
import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { cleanText, escapeMarkdown } from '../../src/notify/escape-markdown.ts'

/** What a reader sees of Markdown: its text without the tags. */
function shownBy(markdown: string): string {
  const html = new MarkdownIt({ html: false, linkify: false }).render(markdown)
  assert.deepEqual([...html.matchAll(/<\/?(?!p>)\w+/g)].join(), '', html)
  return html
    .replaceAll('</p>\n<p>', '\n')
    .replaceAll(/<\/?p>|\n$/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim()
}

describe('escapeMarkdown', () => {
  const rows: readonly (readonly [plain: string, escaped: string])[] = [
    ['10.0-noble-1.1.0', '10.0-noble-1.1.0'],
    ['feature/my_branch_name', String.raw`feature/my\_branch\_name`],
    ['*bold* and `code`', String.raw`\*bold\* and \`code\``],
    ['[click](https://evil.example)', String.raw`\[click\](https://evil.example)`],
    ['<at>everyone</at>', '&lt;at>everyone&lt;/at>'],
    ['&lt;at&gt; & co', '&amp;lt;at&amp;gt; &amp; co'],
    ['~gone~ # title', String.raw`\~gone\~ \# title`],
    [String.raw`C:\agent`, String.raw`C:\\agent`],
    ['- item', String.raw`\- item`],
    ['> quote', String.raw`\> quote`],
    ['1. first', String.raw`1\. first`],
    ['{{DATE(2026-11-26T12:00:00Z, SHORT)}}', String.raw`\{\{DATE(2026-11-26T12:00:00Z, SHORT)}}`],
    ['    code', 'code'],
    ['one\ntwo', 'one\n\ntwo'],
  ]
  for (const [plain, escaped] of rows) {
    it(`writes ${JSON.stringify(plain)} as ${JSON.stringify(escaped)}`, () => {
      assert.equal(escapeMarkdown(plain), escaped)
    })
  }

  it('makes any line show as it is written', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom(...Array.from('\\`*_[]~#<>&;-+=|!(){}.:/1a "\''), '**', '](', '&amp;', '{{DATE('),
      }),
    )
    fc.assert(
      fc.property(line, (text) => {
        // Markdown folds blanks.
        const plain = cleanText(text).replaceAll(/[ \t\n]+/g, ' ')

        assert.equal(shownBy(escapeMarkdown(plain)), plain)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('cleanText', () => {
  const rows: readonly (readonly [what: string, text: string, clean: string])[] = [
    ['text as it is', 'größer — 🐳 ]] قديمة', 'größer — 🐳 ]] قديمة'],
    ['no control characters', 'a\u0000\u001b[31mb\u0007', 'a[31mb'],
    ['line ends of any system', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['no half of a character', 'a\ud83d', 'a'],
    ['no blanks around', ' a \n', 'a'],
  ]
  for (const [what, text, clean] of rows) {
    it(`leaves ${what}`, () => {
      assert.equal(cleanText(text), clean)
    })
  }
})
